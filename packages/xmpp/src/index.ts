export type { WebSocketLike } from './xmlStream.ts';
export type { ConnectionProblem, SessionStore, XmppTransportOptions } from './options.ts';
export { xmppTransport } from './xmppTransport.ts';
