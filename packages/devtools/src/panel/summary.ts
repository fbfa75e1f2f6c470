/** Summarises a transaction in a few words. */

import { type FlowTransaction, type InspectedItem, truncateText } from '@imflow/core';

/** The kinds by which the timeline can be filtered. */
export type ActivityKind = 'in' | 'out' | 'storage' | 'tabs';

/** One thing that a transaction did or received. */
export interface Activity {
  readonly kind: ActivityKind;
  readonly text: string;
}

/** A line of the timeline. */
export interface TransactionSummary {
  /** The input, in a few words. */
  readonly title: string;
  readonly activities: readonly Activity[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Describes a transaction in a line. */
export function summarize({ input, effects, writes }: FlowTransaction): TransactionSummary {
  const received = receivedBy(input as unknown as Fields);
  const done = effects.flatMap((effect) => doneBy(effect as InspectedItem & Fields));
  const written: Activity[] = writes.length > 0 ? [{ kind: 'storage', text: `write ${countOf(writes.length)}` }] : [];
  return { title: titleOf(input as unknown as Fields), activities: [...received, ...done, ...written] };
}

/** Whether a transaction contains a text in any of its fields. Ignores case. */
export function contains(transaction: FlowTransaction, text: string): boolean {
  const { title, activities } = summarize(transaction);
  const { input, events, effects, messages } = transaction;
  const words = [title, ...activities.map((activity) => activity.text)].join(' ');
  return `${words} ${printValue({ input, events, effects, messages })}`.toLowerCase().includes(text.toLowerCase());
}

/** A value as indented JSON, for people. */
export function printValue(value: unknown): string {
  return (
    JSON.stringify(
      value,
      (_key, each: unknown) => {
        if (typeof each === 'number' && !Number.isFinite(each)) return String(each);
        if (each instanceof Error) return `${each.name}: ${each.message}`;
        return each instanceof Set || each instanceof Map ? [...each] : each;
      },
      2,
    ) ?? ''
  );
}

/** The first characters of an id, which distinguish it in a conversation. */
export function shortId(id: unknown): string {
  return truncateText(typeof id === 'string' ? id : '', 8);
}

function countOf(messages: number): string {
  return messages === 1 ? '1 message' : `${messages} messages`;
}

function titleOf(input: Fields): string {
  const { type, id, event, status, message, state, error } = input;
  const detail =
    type === 'channel'
      ? frameOf(event as Fields)
      : ((status as Fields | undefined)?.['state'] ?? state ?? shortId((message as Fields | undefined)?.['id'] ?? id));
  const problem = error instanceof Error ? error.message : '';
  return [type, detail, problem].filter((part) => part !== '').join(' ');
}

function receivedBy({ type, event, post }: Fields): Activity[] {
  if (type === 'channel') return [{ kind: 'in', text: frameOf(event as Fields) }];
  if (type === 'tabMessage') return [{ kind: 'tabs', text: `received ${String((post as Fields | null)?.['kind'])}` }];
  return type === 'elected' || type === 'demoted' ? [{ kind: 'tabs', text: type }] : [];
}

/** A frame from the network. */
function frameOf(event: Fields): string {
  const { type, message, operation, messageId, outcome, state, change, messages } = event;
  switch (type) {
    case 'message':
      return `message ${shortId((message as Fields)['messageId'])}`;
    case 'operation':
      return `${String((operation as Fields)['kind'])} ${shortId((operation as Fields)['target'])}`;
    case 'notification':
      return `${String(outcome)} ${shortId(messageId)}`;
    case 'history':
      return `history of ${countOf((messages as readonly unknown[]).length)}`;
    case 'composing':
      return String(state);
    case 'participant':
      return `participant ${String(change)}`;
    default:
      return String(type);
  }
}

function doneBy(effect: Fields): Activity[] {
  const { type, record, attempt, operation, state, owed, notification, received, post } = effect;
  switch (type) {
    case 'sendMessage':
      return [{ kind: 'out', text: `message ${shortId((record as Fields)['messageId'])}, attempt ${String(attempt)}` }];
    case 'sendOperation':
      return [
        { kind: 'out', text: `${String((operation as Fields)['kind'])} ${shortId((operation as Fields)['target'])}` },
      ];
    case 'sendComposing':
      return [{ kind: 'out', text: String(state) }];
    case 'sendNotification':
      return [{ kind: 'out', text: notificationOf((owed as Fields)['notification'] as Fields) }];
    case 'sendUnconfirmed':
      return [{ kind: 'out', text: notificationOf(notification as Fields) }];
    case 'ack':
      return [{ kind: 'out', text: `ack ${shortId((received as Fields)['messageId'])}` }];
    case 'post':
      return [{ kind: 'tabs', text: `post ${String((post as Fields)['kind'])}` }];
    case 'readStorage':
    case 'findStored':
      return [{ kind: 'storage', text: 'read' }];
    default:
      return [];
  }
}

function notificationOf({ outcome, messageId }: Fields): string {
  return `${String(outcome)} ${shortId(messageId)}`;
}
