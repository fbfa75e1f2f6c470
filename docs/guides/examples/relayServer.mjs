import { WebSocketServer } from 'ws';

/**
 * A relay between users. It keeps nothing, vouches for the name that a frame comes from, and says who comes and goes.
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
    for (const other of users.keys()) if (other !== me) tell(me, presence(other, 'available'));
    tellOthers(me, 'available');
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      if (users.get(me) !== socket) return; // They are here by a newer connection.
      users.delete(me);
      tellOthers(me, 'unavailable');
    });
    socket.addEventListener('message', ({ data }) => {
      const frame = typeof data === 'string' ? parse(data) : undefined;
      if (frame === undefined) socket.close(1003, 'That is no frame.');
      else pass(me, frame);
    });
  });
  return server;

  /** Everybody speaks in their own name only, and presence is for the relay to say. */
  function pass(/** @type {string} */ from, /** @type {any} */ { to, id, event, answer, taken }) {
    if (answer !== undefined) tell(to, { from, answer, taken: taken === true });
    else if (!users.has(to)) tell(from, { from: to, answer: id, taken: false });
    else if (event?.type === 'message')
      tell(to, { from, id, event: { ...event, message: { ...event.message, sender: from } } });
    else if (event?.type === 'composing' || event?.type === 'notification')
      tell(to, { from, id, event: { ...event, sender: from } });
  }
  function tell(/** @type {string} */ to, /** @type {object} */ frame) {
    users.get(to)?.send(JSON.stringify(frame));
  }
  function tellOthers(/** @type {string} */ me, /** @type {string} */ change) {
    for (const other of users.keys()) if (other !== me) tell(other, presence(me, change));
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
