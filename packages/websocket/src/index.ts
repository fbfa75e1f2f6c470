/** The transport over a WebSocket or Socket.IO. */

export { createWebSocketTransport } from './createWebSocketTransport.ts';
export type { ConnectionError, Presence, SessionStore, WebSocketLike, WebSocketTransportOptions } from './options.ts';
export { createSocketIoConnector, type SocketIoClientLike } from './socketIoConnector.ts';
export type {
  ClientFrame,
  FrameSequenceFields,
  LogEntry,
  MessageEntry,
  OperationEntry,
  OperationFields,
  ReceiptEntry,
  ReceiptOutcome,
  ReplyFields,
  ServerFrame,
  ServerLimits,
} from './protocol.ts';
