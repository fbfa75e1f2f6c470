import { WebSocketServer } from 'ws';

/**
 * A relay between users. It stores nothing, guarantees the name of the sender of a frame, and reports who is online.
 *
 * @param {import('ws').ServerOptions} options Where it listens: `{ port }`, or `{ server }` of your application.
 * @param {(request: import('node:http').IncomingMessage) => string | undefined} whoIs The user who asks to connect, by
 *   a cookie or a token; undefined refuses.
 */
export function createRelay(options, whoIs) {
  /** @type {Map<string, import('ws').WebSocket>} */
  const users = new Map();
  const server = new WebSocketServer({
    maxPayload: 200_000,
    ...options,
    verifyClient: (/** @type {{ req: import('node:http').IncomingMessage }} */ { req }) => whoIs(req) !== undefined,
  });

  server.on('connection', (socket, request) => {
    const me = String(whoIs(request));
    users.set(me, socket);
    for (const other of users.keys()) if (other !== me) send(me, presence(other, 'available'));
    announce(me, 'available');
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      if (users.get(me) !== socket) return; // The user has a newer connection.
      users.delete(me);
      announce(me, 'unavailable');
    });
    socket.addEventListener('message', ({ data }) => {
      const frame = typeof data === 'string' ? parse(data) : undefined;
      if (frame === undefined) socket.close(1003, 'That is no frame.');
      else pass(me, frame);
    });
  });
  return server;

  /** Forwards a frame in the name of its sender only. Only the relay itself sends presence. */
  function pass(/** @type {string} */ from, /** @type {any} */ { to, id, event, answer, taken }) {
    if (answer !== undefined) send(to, { from, answer, taken: taken === true });
    else if (!users.has(to)) send(from, { from: to, answer: id, taken: false });
    else if (event?.type === 'message')
      send(to, { from, id, event: { ...event, message: { ...event.message, sender: from } } });
    else if (event?.type === 'composing' || event?.type === 'notification')
      send(to, { from, id, event: { ...event, sender: from } });
  }
  function send(/** @type {string} */ to, /** @type {object} */ frame) {
    users.get(to)?.send(JSON.stringify(frame));
  }
  function announce(/** @type {string} */ me, /** @type {string} */ change) {
    for (const other of users.keys()) if (other !== me) send(other, presence(me, change));
  }
}

/** @param {string} address @param {string} change */
function presence(address, change) {
  return { from: address, event: { type: 'participant', address, change } };
}

/** @param {string} text */
function parse(text) {
  try {
    const frame = JSON.parse(text);
    return typeof frame?.to === 'string' ? frame : undefined;
  } catch {
    return undefined;
  }
}
