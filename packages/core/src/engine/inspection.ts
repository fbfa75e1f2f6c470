/** Describes a transaction as data, for `flow.inspect`: the types, and how they follow from the engine's own. */

import { allOperations } from '../operations/pendingOperations.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ComposingState } from '../ports/composing.ts';
import type { PendingOperation } from '../ports/storage.ts';
import type { HistoryReceipt, OutgoingNotification } from '../ports/transport.ts';
import type { FlowError } from '../errors/FlowError.ts';
import type { FlowInput } from './inputs.ts';
import type { MessageConsumptionMode } from './flowOptions.ts';
import type { FlowEvents } from './publicTypes.ts';
import type { Transaction } from './transaction.ts';

/**
 * One transaction of a flow: an input, and what followed from it. Immutable data for inspectors and logs, which contains
 * the texts of messages. Times without a unit in their description are in ms by the clock of `now`.
 */
export interface FlowTransaction {
  /** The time of day, in ms since the epoch. */
  readonly at: number;
  /** The time by the clock of deadlines, which never runs backwards, in ms. */
  readonly now: number;
  /**
   * The call, the event of the transport, the result of the storage, the post of another tab, or the time. Its `type`
   * names it; `inspect` is the first one that a listener gets. Types and fields are not part of the stable API.
   */
  readonly input: InspectedItem;
  /** The events that were raised, in order (see `FlowEvents`). */
  readonly events: readonly { readonly name: keyof FlowEvents; readonly event: unknown }[];
  /** The messages that were added, changed or removed. Absent `before`: added. Absent `after`: removed. */
  readonly messages: readonly {
    readonly id: string;
    readonly before: MessageRecord | undefined;
    readonly after: MessageRecord | undefined;
  }[];
  /** The side effects, in order. Types and fields are not part of the stable API. */
  readonly effects: readonly InspectedItem[];
  /** Ids of the messages that the storage is to write or to remove. Empty without a storage. */
  readonly writes: readonly string[];
  /** When each machine has to run next. `Infinity`: not before the next input. */
  readonly deadlines: FlowDeadlines;
  /** The state after the transaction. */
  readonly state: InspectedState;
}

/** An input or an effect: plain data with a type. */
export interface InspectedItem {
  readonly type: string;
}

/** When each machine of a flow has to run next. `Infinity`: not before the next input. */
export type FlowDeadlines = Readonly<
  Record<'localComposing' | 'remoteComposing' | 'outbox' | 'receipts' | 'proxied' | 'storage', number>
>;

/** The state of a flow besides its messages, as far as it explains what the flow does. */
export interface InspectedState {
  readonly role: 'leader' | 'follower';
  readonly lifecycle: {
    readonly phase: 'idle' | 'active' | 'terminated';
    readonly started: boolean;
    readonly connection: 'offline' | 'connecting' | 'online';
  };
  /** The settings of the template, with the defaults filled in. */
  readonly settings: {
    readonly messageConsumptionMode: MessageConsumptionMode;
    readonly notify: { readonly composing: boolean; readonly delivered: boolean; readonly displayed: boolean };
    readonly trust: (sender: string) => 'trusted' | 'untrusted' | 'blocked';
    readonly sendTimeout: number;
    readonly maxSendAttempts: number;
  };
  readonly outbox: {
    /** The connection is up, and the stored messages have been read. */
    readonly online: boolean;
    /** The participant is online, or the server stores messages for them. */
    readonly reachable: boolean;
    /** After a retryable failure nothing is sent before this time. `-Infinity`: there was none. */
    readonly retryAt: number;
    /** The messages and operations that wait, in the order in which they are sent. */
    readonly waiting: readonly InspectedOutboxItem[];
    /** The items that were passed to the transport, which has not responded. */
    readonly inFlight: readonly InspectedOutboxItem[];
  };
  /** The edits, retractions and reactions of the local user that wait or are in flight. */
  readonly operations: readonly PendingOperation[];
  readonly receipts: {
    readonly online: boolean;
    /** The participant can be reached, and this page can store the reported status. */
    readonly reachable: boolean;
    /** The local user has attention. */
    readonly hasFocus: boolean;
    /** After a retryable failure nothing is sent before this time. `-Infinity`: there was none. */
    readonly retryAt: number;
    /** The receipts that are owed to the participant, oldest first. */
    readonly pending: readonly InspectedReceipt[];
    /** The messages that the user has seen and whose displayed receipt is not owed yet. */
    readonly displayed: readonly { readonly id: string; readonly messageId: string }[];
    /** When they are reported, if the user has attention. */
    readonly sendDisplayedAt: number;
  };
  /** Receipts for messages that are not known, oldest first. */
  readonly unmatchedReceipts: readonly HistoryReceipt[];
  /** Proxied mode: messages whose outcome the application has to report. */
  readonly proxied: {
    readonly entries: readonly { readonly id: string; readonly deadline: number; readonly reported: boolean }[];
  };
  /** The storage. `dirty`: something changed since the running write began. */
  readonly persistence: {
    readonly state: 'clean' | 'writing' | 'failed';
    readonly dirty: boolean;
    readonly failures: number;
    readonly retryAt: number;
  };
  readonly history: {
    /** The stored messages have been read. */
    readonly ready: boolean;
    readonly readFailures: number;
    readonly catchUp: 'none' | 'due' | 'running' | 'done';
  };
  /** The orders up to which each side has displayed the conversation. */
  readonly readMarkers: { readonly displayedOrder: number; readonly remoteDisplayedOrder: number };
  readonly localComposing: { readonly local: ComposingState; readonly sent: ComposingState };
  readonly remoteComposing: {
    readonly composers: readonly { readonly address: string; readonly expiresAt: number }[];
  };
  /** Whether the participant is online, if the transport knows. */
  readonly remoteAvailable: boolean | undefined;
  /** The calls of this follower that no leader has executed yet. */
  readonly forwardedCommands: readonly { readonly kind: string }[];
  readonly connectionError: FlowError | undefined;
  readonly storageError: FlowError | undefined;
}

/** A message or an operation in the outbox. */
export interface InspectedOutboxItem {
  /** The id of the record, or of the operation. */
  readonly id: string;
  /** It is stored, or there is no storage. */
  readonly durable: boolean;
  readonly attempts: number;
  /** Retryable failures in a row. */
  readonly failures: number;
  /** An earlier attempt had no response, so that it may have arrived. */
  readonly unanswered?: true;
  /** It is held until then (`sendDelay`). */
  readonly heldUntil?: number;
  /** The deadline of the response. `Infinity`: it is not in flight. */
  readonly answerBy: number;
}

/** A receipt that is owed to the participant. */
export interface InspectedReceipt {
  /** The id of the record. */
  readonly id: string;
  readonly notification: OutgoingNotification;
  /** The message is stored, or there is no storage. */
  readonly durable: boolean;
  readonly attempts: number;
  /** Retryable failures in a row. */
  readonly failures: number;
  /** The deadline of the response. `Infinity`: it is not in flight. */
  readonly answerBy: number;
}

/** Describes a transaction that is finished and not committed yet. */
export function describeTransaction(
  { state, context, raised, effects, changes, writes, insertIfAbsent }: Transaction,
  input: FlowInput | { readonly type: 'inspect' },
  deadlines: FlowDeadlines,
): FlowTransaction {
  const { outbox, receipts } = state;
  return {
    at: context.wall,
    now: context.now,
    input,
    events: raised,
    messages: Array.from(changes, ([id, after]) => ({ id, before: context.table.get(id), after })),
    effects,
    writes: [...writes.keys(), ...insertIfAbsent.keys()],
    deadlines,
    state: {
      ...state,
      operations: allOperations(state.operations),
      settings: context.settings,
      outbox: { ...outbox, waiting: outbox.waiting.queue.items.flat() },
      receipts: { ...receipts, pending: receipts.pending.items.flat(), displayed: receipts.displayed.items.flat() },
    },
  };
}
