export type { WebSocketLike } from './xmlStream.ts';
export type { ConnectionError, SessionStore, XmppTransportOptions } from './options.ts';
export { createXmppTransport } from './xmppTransport.ts';
export { createWebSessionStore } from './webSessionStore.ts';
