export { createWebSocketTransport } from './createWebSocketTransport.ts';
export type { ConnectionError, Presence, SessionStore, WebSocketLike, WebSocketTransportOptions } from './options.ts';
export type {
  ClientFrame,
  FrameSequenceFields,
  MessageEntry,
  ReceiptEntry,
  ReceiptOutcome,
  ServerFrame,
  ServerLimits,
} from './protocol.ts';
