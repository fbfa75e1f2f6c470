import type { FlowError } from '../errors/FlowError.ts';
import type { ComposingState } from '../machines/composing.types.ts';
import { type DeliveryReports, initialDeliveryReports } from '../machines/deliveryReports.ts';
import { initialLifecycle, type Lifecycle } from '../machines/lifecycle.ts';
import { initialLocalComposing, type LocalComposing } from '../machines/localComposing.ts';
import { initialOutbox, type Outbox } from '../machines/outbox.ts';
import { initialReceipts, type OwedNotification, type Receipts } from '../machines/receipts.ts';
import { initialRemoteComposing, type RemoteComposing } from '../machines/remoteComposing.ts';
import { NEVER } from '../machines/step.ts';
import { initialStoring, type Storing } from '../machines/storing.ts';
import { type MessageRecord, type MessageStatus, PENDING_ORDER } from '../messages/messageRecord.ts';
import type { MessageTable } from '../messages/messageTable.ts';
import type { ChannelEvent, OutgoingNotification, TransportCapabilities } from '../ports/transport.ts';
import { furtherMarks, initialMarks, type Marks } from './marks.ts';
import type { FlowEvents } from './flow.types.ts';
import type { FlowSettings } from './settings.ts';

/** Everything that a flow knows besides its messages. Plain, read-only data. */
export interface FlowMachines {
  /** Whether this tab speaks on the wire, or mirrors the one that does. */
  readonly role: 'speaker' | 'mirror';
  readonly lifecycle: Lifecycle;
  readonly localComposing: LocalComposing;
  readonly remoteComposing: RemoteComposing;
  readonly outbox: Outbox;
  readonly receipts: Receipts;
  readonly reports: DeliveryReports;
  readonly storing: Storing;
  /** What was received and is not stored yet, and so not acknowledged to the wire. */
  readonly unacknowledged: readonly Unacknowledged[];
  /** Notifications about messages that are not known, while the storage can't be read. */
  readonly orphans: readonly (ChannelEvent & { readonly type: 'notification' })[];
  /** Ids of messages that were discarded of late: no other tab brings them back. */
  readonly discarded: readonly string[];
  /** What the user wished while this tab mirrors, and no speaker has answered so far. */
  readonly wishes: readonly TabWish[];
  readonly remoteAvailable: boolean | undefined;
  /** The addresses that the participant has been known by since they were renamed. */
  readonly aliases: readonly string[];
  readonly marks: Marks;
  /** Ids of messages that were displayed and whose senders are still to be told. */
  readonly unreported: readonly string[];
  readonly nextOrder: number;
  readonly lastPendingOrder: number;
  readonly unread: number;
  readonly history: HistoryState;
  readonly connectionError: FlowError | undefined;
  readonly storageError: FlowError | undefined;
}

/** A message, or a notification about one, that the wire may have to deliver again. */
export interface Unacknowledged {
  /** The record that has to be stored first. */
  readonly id: string;
  readonly messageId: string;
  /** Of a notification. */
  readonly outcome?: OutgoingNotification['outcome'];
}

export interface HistoryState {
  readonly ready: boolean;
  /** How often the storage could not be read, in a row; it is tried again when it takes something. */
  readonly unread: number;
  readonly loading: boolean;
  /** The last page that was asked for could not be had. */
  readonly failed: boolean;
  /** Older messages were asked for before the stored ones had been read. */
  readonly asked: boolean;
  /** The storage has been read down to this order. */
  readonly readFrom: number;
  readonly olderInStorage: boolean;
  readonly olderOnWire: boolean;
}

/** What is to be done after a turn, as plain data; the runtime does it. */
export type FlowEffect =
  | { readonly type: 'readStorage' }
  | { readonly type: 'openWire' }
  | { readonly type: 'joinTabs' }
  /** The end: the channel, the seat among the tabs and what waits are let go. */
  | { readonly type: 'letGo' }
  | { readonly type: 'post'; readonly post: TabPost }
  | { readonly type: 'sendMessage'; readonly record: MessageRecord; readonly attempt: number }
  | { readonly type: 'sendComposing'; readonly state: ComposingState; readonly refresh: number | undefined }
  | { readonly type: 'sendNotification'; readonly owed: OwedNotification }
  /** The wire is answered without waiting for what becomes of it. */
  | { readonly type: 'answer'; readonly notification: OutgoingNotification }
  | { readonly type: 'acknowledge'; readonly received: Unacknowledged }
  | { readonly type: 'write' }
  | { readonly type: 'loadOlder'; readonly from: 'storage' | 'wire' }
  | { readonly type: 'olderLoaded'; readonly count: number }
  /** `final`: nothing more is to be expected for the message. */
  | { readonly type: 'settle'; readonly record: MessageRecord; readonly final: boolean }
  | { readonly type: 'discarded'; readonly record: MessageRecord };

/** What tabs of one user tell each other: wishes of the mirrors to the speaker, and what became of them. */
export type TabPost =
  | TabWish
  | { readonly kind: 'hello' | 'elected' }
  | { readonly kind: 'send'; readonly record: MessageRecord }
  | { readonly kind: 'composing'; readonly state: ComposingState }
  | {
      readonly kind: 'turn';
      readonly records?: readonly MessageRecord[];
      readonly removed?: readonly string[];
      readonly composing?: readonly unknown[];
      readonly received?: readonly string[];
      readonly notified?: readonly { readonly id: string; readonly outcome: string }[];
      readonly settled?: readonly { readonly id: string; readonly final: boolean }[];
    };

/** What the user wishes in a mirror, and only the speaker can do. */
export type TabWish =
  | { readonly kind: 'retry' | 'discard'; readonly id: string }
  | { readonly kind: 'seen'; readonly ids: readonly string[] };

/** An application event, to be raised after the effects. */
export type RaisedEvent = {
  [K in keyof FlowEvents]: { readonly name: K; readonly event: FlowEvents[K] };
}[keyof FlowEvents];

/** What a turn may look at. */
export interface World {
  readonly remote: string;
  readonly localAddress: string;
  readonly capabilities: TransportCapabilities;
  readonly settings: FlowSettings;
  readonly hasStorage: boolean;
  /** Other tabs may hold the same conversation. */
  readonly hasTabs: boolean;
  readonly table: Pick<MessageTable, 'firstFrom' | 'get' | 'order' | 'withMessageId'>;
  /** Milliseconds that never run backwards, for deadlines. */
  readonly now: number;
  /** Milliseconds since the epoch, for people. */
  readonly wall: number;
  /** A number in [0, 1), made for this turn. */
  readonly jitter: number;
}

/** One input being worked on: the state so far, and what is to follow from it. */
export interface Turn {
  /** The turn's own copy, which `update` changes. */
  readonly machines: FlowMachines;
  readonly world: World;
  readonly effects: FlowEffect[];
  readonly raised: RaisedEvent[];
  /** Records that change in the table, or leave it. */
  readonly changes: Map<string, MessageRecord | undefined>;
  /** Records to be stored, or to be removed from the storage. */
  readonly stores: Map<string, MessageRecord | undefined>;
  /** Records to be stored unless another tab has stored them. */
  readonly added: Map<string, MessageRecord>;
  /** Stored records that this input is about, without a place in the table. */
  readonly offTable: Map<string, MessageRecord>;
  storesMeta: boolean;
}

export const initialMachines: FlowMachines = {
  role: 'speaker',
  lifecycle: initialLifecycle,
  localComposing: initialLocalComposing,
  remoteComposing: initialRemoteComposing,
  outbox: initialOutbox,
  receipts: initialReceipts,
  reports: initialDeliveryReports,
  storing: initialStoring,
  unacknowledged: [],
  orphans: [],
  discarded: [],
  wishes: [],
  remoteAvailable: undefined,
  aliases: [],
  marks: initialMarks,
  unreported: [],
  nextOrder: 1,
  lastPendingOrder: PENDING_ORDER,
  unread: 0,
  history: {
    ready: false,
    unread: 0,
    loading: false,
    failed: false,
    asked: false,
    readFrom: NEVER,
    olderInStorage: false,
    olderOnWire: false,
  },
  connectionError: undefined,
  storageError: undefined,
};

export function createTurn(machines: FlowMachines, world: World): Turn {
  return {
    machines: { ...machines },
    world,
    effects: [],
    raised: [],
    changes: new Map(),
    stores: new Map(),
    added: new Map(),
    offTable: new Map(),
    storesMeta: false,
  };
}

export function update(turn: Turn, change: Partial<FlowMachines>): void {
  Object.assign(turn.machines, change);
}

export function updateHistory(turn: Turn, change: Partial<HistoryState>): void {
  update(turn, { history: { ...turn.machines.history, ...change } });
}

/** Moves marks, unchecked ones too. They only move forward, and are stored unless told otherwise. */
export function mark(turn: Turn, given: Readonly<Record<string, unknown>>, stored = true): void {
  const marks = furtherMarks(turn.machines.marks, given);
  if (marks === turn.machines.marks) return;
  update(turn, { marks });
  if (stored) turn.storesMeta = true;
}

/** The record of an id as this turn leaves it. */
export function recordOf(turn: Turn, id: string): MessageRecord | undefined {
  return turn.changes.has(id) ? turn.changes.get(id) : (turn.world.table.get(id) ?? turn.offTable.get(id));
}

/** The records of ids, as this turn leaves them; ids without one are left out. */
export function recordsOf(turn: Turn, ids: Iterable<string>): readonly MessageRecord[] {
  return Array.from(ids, (id) => recordOf(turn, id)).filter((record) => record !== undefined);
}

/** The records of the table as this turn leaves them, newest first, from this one on where it is given. */
export function* newestFirst(turn: Turn, from?: string): Generator<MessageRecord> {
  const { order } = turn.world.table;
  for (let index = from === undefined ? order.length - 1 : order.indexOf(from); index >= 0; index -= 1) {
    const record = recordOf(turn, order.at(index) ?? '');
    if (record !== undefined) yield record;
  }
}

/** All records that carry a message id, in the table or brought along from the storage. */
export function recordsWithMessageId(turn: Turn, messageId: string): readonly MessageRecord[] {
  const ids = new Set<string>();
  for (const record of turn.world.table.withMessageId(messageId)) ids.add(record.id);
  for (const record of turn.offTable.values()) if (record.messageId === messageId) ids.add(record.id);
  for (const record of turn.changes.values()) if (record?.messageId === messageId) ids.add(record.id);
  return recordsOf(turn, ids);
}

/** Puts a record, and stores it unless told otherwise. */
export function put(turn: Turn, record: MessageRecord, stored = true): void {
  if (turn.offTable.has(record.id)) turn.offTable.set(record.id, record);
  else turn.changes.set(record.id, record);
  if (stored && turn.world.hasStorage) turn.stores.set(record.id, record);
}

export function remove(turn: Turn, id: string): void {
  turn.changes.set(id, undefined);
  if (turn.world.hasStorage) turn.stores.set(id, undefined);
}

/** The wire may forget what was received, once what follows from it is stored. */
export function acknowledgeToWire(turn: Turn, received: Unacknowledged): void {
  const { unacknowledged } = turn.machines;
  const waits = unacknowledged.some((other) => other.id === received.id && other.outcome === received.outcome);
  if (waits) return;
  const refuses = (): boolean =>
    isRefusal(received.id) && turn.machines.receipts.owed.some((owed) => owed.id === received.id);
  if (turn.stores.has(received.id) || refuses()) update(turn, { unacknowledged: [...unacknowledged, received] });
  else turn.effects.push({ type: 'acknowledge', received });
}

/** The wire may forget what these records wait for: they are stored, or their refusal is on its way. */
export function letWireForget(turn: Turn, isSafe: (id: string) => boolean): void {
  const { unacknowledged } = turn.machines;
  const rest = unacknowledged.filter(({ id }) => !isSafe(id));
  if (rest.length === unacknowledged.length) return;
  update(turn, { unacknowledged: rest });
  for (const received of unacknowledged) {
    if (isSafe(received.id)) turn.effects.push({ type: 'acknowledge', received });
  }
}

/** Stands for the record of a message that is refused, and so has none. */
export function refusalOf(messageId: string): string {
  return `${REFUSAL}${messageId}`;
}

function isRefusal(id: string): boolean {
  return id.startsWith(REFUSAL);
}

const REFUSAL = 'refused:';

export function raise<K extends keyof FlowEvents>(turn: Turn, name: K, event: FlowEvents[K]): void {
  turn.raised.push({ name, event } as unknown as RaisedEvent);
}

export function raiseStatusChanged(turn: Turn, message: MessageRecord, previousStatus: MessageStatus): void {
  if (message.status !== previousStatus) raise(turn, 'messageStatusChanged', { message, previousStatus });
}

/** Tells what the participant reported of a message. */
export function raiseNotified(
  turn: Turn,
  { id, deliveryFailures }: MessageRecord,
  outcome: OutgoingNotification['outcome'],
): void {
  const failedDeliveryAttemptExists = deliveryFailures.length > 0;
  raise(turn, 'deliveryNotificationReceived', {
    messageId: id,
    outcome,
    failedDeliveryAttemptExists,
    deliveryFailures,
  });
}

/** Tells the other tabs. */
export function postToTabs(turn: Turn, post: TabPost): void {
  turn.effects.push({ type: 'post', post });
}

/** Asks the speaker, or whoever speaks next. */
export function wish(turn: Turn, wished: TabWish): void {
  update(turn, { wishes: [...turn.machines.wishes, wished] });
  postToTabs(turn, wished);
}

export function diagnose(turn: Turn, code: string, message: string, cause?: unknown): void {
  raise(turn, 'diagnostic', { code, message, ...(cause === undefined ? {} : { cause }) });
}
