export type { WebSocketLike } from './link.ts';
export type { ConnectionProblem, SessionStore, XmppTransportOptions } from './options.ts';
export { xmppTransport } from './xmppTransport.ts';
