export type { WebSocketLike } from './xmlStream';
export type { ConnectionProblem, SessionStore, XmppTransportOptions } from './options.ts';
export { xmppTransport } from './xmppTransport.ts';
