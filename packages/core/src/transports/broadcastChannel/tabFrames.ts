/** The frames between tabs, and their validation. */

import { tryRead } from '../../validation/guards.ts';
import { parseOperation, parseReplyTo } from '../../validation/operations.ts';
import type { MessageOperation } from '../../ports/operations.ts';
import type { OutgoingComposing, OutgoingMessage, OutgoingNotification } from '../../ports/transport.ts';

/** The head of every frame: version, sender, recipient and tab. */
export interface FrameHead {
  readonly v: 1;
  readonly from: string;
  readonly to: string;
  readonly endpoint: string;
}

/** A message in the form that is posted between tabs. */
export type TabMessage = Omit<OutgoingMessage, 'attempt'>;
/** An edit, a retraction or reactions in the form that is posted between tabs. */
export type TabOperation = MessageOperation;
/** The content of frames that are echoed to the user's other tabs. */
export type TabContent = { readonly message: TabMessage } | { readonly operation: TabOperation };
export type TabComposing = Omit<OutgoingComposing, 'state'> & { readonly state: string };
export type TabNotification = Omit<OutgoingNotification, 'asResponse'>;

/** Names a frame: the tab that sent it and its number. */
export interface RequestName {
  readonly toEndpoint: string;
  readonly request: number;
}

export type FrameBody =
  /** This tab has opened the conversation; the other side responds with `here`. */
  | { readonly kind: 'hello' }
  /** This tab is present; `arrived` names the frame that has just reached it. Older versions ignore `arrived`. */
  | { readonly kind: 'here'; readonly arrived?: RequestName }
  /** This tab leaves the conversation. */
  | { readonly kind: 'bye' }
  | { readonly kind: 'message'; readonly request: number; readonly message: TabMessage }
  | { readonly kind: 'operation'; readonly request: number; readonly operation: TabOperation }
  | { readonly kind: 'composing'; readonly notification: TabComposing }
  | { readonly kind: 'notification'; readonly request: number; readonly notification: TabNotification }
  /** This tab has stored a frame. A tab of an older version sends this on arrival. */
  | ({ readonly kind: 'ack' } & RequestName)
  /** For the other tabs of the sender, once the message or the operation was accepted. */
  | ({ readonly kind: 'echo' } & TabContent);

export type TabFrame = FrameHead & FrameBody;

export type ParsedFrame =
  | { readonly frame: TabFrame }
  /** `from` and `to` if the frame has them. */
  | { readonly problem: 'unknown-frame' | 'other-version'; readonly from?: string; readonly to?: string };

type Fields = Readonly<Record<string, unknown>>;

/** Parses an untrusted frame; the result has only known fields. Never throws. */
export function parseTabFrame(data: unknown): ParsedFrame {
  return tryRead(() => parse(data), { problem: 'unknown-frame' });
}

function parse(data: unknown): ParsedFrame {
  if (!isFields(data) || typeof data['v'] !== 'number') return { problem: 'unknown-frame' };
  const { v, from, to, endpoint } = data;
  const names = { ...(isName(from) ? { from } : {}), ...(isName(to) ? { to } : {}) };
  if (v !== 1) return { problem: 'other-version', ...names };
  const body = parseBody(data);
  if (body === undefined || !isName(from) || !isName(to) || !isName(endpoint)) {
    return { problem: 'unknown-frame', ...names };
  }
  return { frame: { v: 1, from, to, endpoint, ...body } };
}

function parseBody(data: Fields): FrameBody | undefined {
  const { kind, request } = data;
  switch (kind) {
    case 'hello':
    case 'bye':
      return { kind };
    case 'here': {
      const arrived = parseRequestName(data['arrived']);
      return arrived === undefined ? { kind } : { kind, arrived };
    }
    case 'message': {
      const message = parseMessage(data['message']);
      return message !== undefined && isNumber(request) ? { kind, request, message } : undefined;
    }
    case 'operation': {
      const operation = parseOperation(data['operation']);
      return operation !== undefined && isNumber(request) ? { kind, request, operation } : undefined;
    }
    case 'echo': {
      const [message, operation] = [parseMessage(data['message']), parseOperation(data['operation'])];
      if (operation !== undefined) return { kind, operation };
      return message === undefined ? undefined : { kind, message };
    }
    case 'composing': {
      const notification = parseComposing(data['notification']);
      return notification === undefined ? undefined : { kind, notification };
    }
    case 'notification': {
      const notification = parseNotification(data['notification']);
      return notification !== undefined && isNumber(request) ? { kind, request, notification } : undefined;
    }
    case 'ack': {
      const name = parseRequestName(data);
      return name === undefined ? undefined : { kind, ...name };
    }
    default:
      return undefined;
  }
}

function parseRequestName(value: unknown): RequestName | undefined {
  if (!isFields(value)) return undefined;
  const { toEndpoint, request } = value;
  return isName(toEndpoint) && isNumber(request) ? { toEndpoint, request } : undefined;
}

function parseMessage(value: unknown): TabMessage | undefined {
  if (!isFields(value)) return undefined;
  const { messageId, contentType, body, sentAt } = value;
  const frameSequence = parseStamp(value['frameSequence']);
  if (!isName(messageId) || typeof contentType !== 'string' || typeof body !== 'string') return undefined;
  if (!isNumber(sentAt) || frameSequence === undefined) return undefined;
  return { messageId, contentType, body, sentAt, frameSequence, ...parseReplyTo(value['replyTo']) };
}

function parseComposing(value: unknown): TabComposing | undefined {
  if (!isFields(value)) return undefined;
  const { state, refresh } = value;
  const frameSequence = parseStamp(value['frameSequence']);
  if (typeof state !== 'string' || frameSequence === undefined) return undefined;
  if (refresh === undefined) return { state, frameSequence: frameSequence };
  return isNumber(refresh) ? { state, refresh, frameSequence: frameSequence } : undefined;
}

function parseNotification(value: unknown): TabNotification | undefined {
  if (!isFields(value)) return undefined;
  const { messageId, outcome, code, upTo, messageIds } = value;
  if (!isName(messageId)) return undefined;
  if (outcome !== 'delivered' && outcome !== 'displayed' && outcome !== 'failed') return undefined;
  if (code !== undefined && !isNumber(code)) return undefined;
  if (upTo !== undefined && typeof upTo !== 'boolean') return undefined;
  if (messageIds !== undefined && !(Array.isArray(messageIds) && messageIds.every(isName))) return undefined;
  return {
    messageId,
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(upTo === undefined ? {} : { upTo }),
    ...(messageIds === undefined ? {} : { messageIds: messageIds }),
  };
}

function parseStamp(value: unknown): TabMessage['frameSequence'] | undefined {
  if (!isFields(value)) return undefined;
  const { session, sequence } = value;
  return isName(session) && isNumber(sequence) ? { session, sequence } : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
