/** Takes some requests of an HTTP server, before its other listeners. */

import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/**
 * Passes requests for a path, and for those below it, to a handler, and all others to the listeners that the server has
 * by now. A server without listeners answers 404 to the others. Returns a function that removes the handler.
 */
export function mountRequests(server: Server, path: string, handle: RequestListener): () => void {
  const others = server.listeners('request') as RequestListener[];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const [asked = ''] = (request.url ?? '').split('?', 1);
    if (asked === path || asked.startsWith(`${path}/`)) {
      handle(request, response);
      return;
    }
    for (const other of others) other.call(server, request, response);
    // Listeners that came later see the request on their own.
    if (server.listenerCount('request') === 1 && others.length === 0) response.writeHead(404).end();
  };
  server.removeAllListeners('request');
  server.on('request', listener);
  return () => {
    server.off('request', listener);
    for (const other of others) server.prependListener('request', other);
  };
}
