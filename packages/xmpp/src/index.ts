/** The transport over XMPP. */

export type { WebSocketLike } from './xmlStream.ts';
export type { ConnectionError, SessionStore, XmppTransportOptions } from './options.ts';
export type { IqError, XmppTransport } from './iq.ts';
export type { XmlElement } from './xml.ts';
export { createXmppTransport } from './xmppTransport.ts';
export { createWebSessionStore } from './webSessionStore.ts';
