import type { MessageRecord } from '../messages/messageRecord.ts';
import { goesBeyond, isPlaced, isWaiting } from '../messages/messageStatus.ts';
import { isObject, isText, parseRecord } from '../messages/parseRecord.ts';
import { feedLocalComposing, feedRemoteComposing } from './composing.ts';
import { feedLifecycle } from './connecting.ts';
import { isOutcome, parsePost } from './intake.ts';
import { countUnread } from './notifying.ts';
import { resume } from './opening.ts';
import { discard, enqueue, feedOutbox, forget } from './sending.ts';
import {
  diagnose,
  mark,
  postToTabs,
  put,
  raise,
  raiseNotified,
  raiseStatusChanged,
  recordOf,
  recordsOf,
  type TabPost,
  type Turn,
  update,
  updateHistory,
} from './turn.ts';
import { fulfil } from './wishes.ts';

/** How many messages a late tab is told where the storage does not have them all as they are. */
const MOST_TOLD = 1_000;

/** The version of what tabs post to each other; another version's posts are not understood. */
export const TAB_POST_VERSION = 1;

/** This tab speaks from now on: it takes over what the last speaker left. */
export function becomeSpeaker(turn: Turn): void {
  if (turn.machines.role === 'speaker') return;
  feedLifecycle(turn, { type: 'connection', state: 'offline' });
  update(turn, { role: 'speaker' });
  // The last speaker may have stored more than it told.
  if (turn.world.hasStorage) readAgain(turn);
  else resume(turn);
  turn.effects.push({ type: 'openWire' });
  postToTabs(turn, { kind: 'elected' });
}

/** Another tab posted something. */
export function receivePost(turn: Turn, posted: unknown): void {
  const post = parsePost(posted);
  if (post?.['version'] !== TAB_POST_VERSION) {
    diagnose(turn, 'tab-post-unknown', 'Another tab posted something that makes no sense.');
    return;
  }
  if (turn.machines.role === 'mirror') receiveAsMirror(turn, post);
  else receiveAsSpeaker(turn, post);
}

/** What mirrors must learn of this turn, if anything. Called once, at the end of a speaker's turn. */
export function tellMirrors(turn: Turn, before: Turn['machines']): void {
  if (!turn.world.hasTabs || turn.machines.role === 'mirror' || !turn.machines.lifecycle.started) return;
  const [old, state] = [stateOf(before), stateOf(turn.machines)];
  const changedState = Object.keys(state).some((key) => old[key] !== state[key]);
  const composing = turn.raised.filter(
    ({ name }) => name === 'remoteComposingStateChanged' || name === 'remoteComposingRefreshed',
  );
  const settled = turn.effects.flatMap((effect) =>
    effect.type === 'settle' ? [{ id: effect.record.id, final: effect.final }] : [],
  );
  if (turn.changes.size === 0 && !changedState && composing.length === 0 && settled.length === 0) return;
  tell(turn, [...turn.changes.keys()], {
    composing: composing.map(({ event }) => event),
    received: turn.raised.flatMap(({ name, event }) => (name === 'messageReceived' ? [event.message.id] : [])),
    notified: turn.raised.flatMap(({ name, event }) =>
      name === 'deliveryNotificationReceived' ? [{ id: event.messageId, outcome: event.outcome }] : [],
    ),
    settled,
  });
}

function receiveAsSpeaker(turn: Turn, post: Record<string, unknown>): void {
  switch (post['kind']) {
    case 'hello':
      tell(turn, [...newest(turn), ...turn.machines.discarded], {});
      return;
    case 'send':
      takeOver(turn, sentElsewhere(turn, post['record']));
      return;
    case 'composing':
      feedLocalComposing(turn, { type: 'set', state: post['state'] === 'composing' ? 'composing' : 'idle' });
      return;
    case 'turn':
      inherit(turn, post);
      return;
    default:
      fulfil(turn, post);
  }
}

/** What the last speaker told may come only when this tab was elected, and nobody else may know of it. */
function inherit(turn: Turn, post: Record<string, unknown>): void {
  takeRecords(turn, post, (record, known) =>
    known === undefined ? !turn.machines.discarded.includes(record.id) : goesBeyond(record, known),
  );
  for (const id of list(post['removed'])) if (isText(id)) discard(turn, id);
  takeOutcomes(turn, post);
  mark(turn, post);
  update(turn, { unreported: [...turn.machines.unreported, ...list(post['unreported']).filter(isText)] });
  update(turn, { unread: countUnread(turn) });
  // The storage may know better, and is to have what it lacks. One reading serves all that comes until then.
  if (!turn.machines.history.ready) return;
  if (turn.world.hasStorage) readAgain(turn);
  else resume(turn);
}

function readAgain(turn: Turn): void {
  updateHistory(turn, { ready: false });
  turn.effects.push({ type: 'readStorage' });
}

/** A message that the user sent in another tab. */
function takeOver(turn: Turn, record: MessageRecord | undefined): void {
  if (record === undefined) return;
  if (turn.machines.discarded.includes(record.id)) {
    tell(turn, [record.id], {});
    return;
  }
  const known = recordOf(turn, record.id);
  if (known !== undefined) {
    // The tab has missed what became of it.
    if (known.status !== record.status) tell(turn, [known.id], { settled: [{ id: known.id, final: false }] });
    return;
  }
  put(turn, { ...record, status: 'queued' });
  feedLocalComposing(turn, { type: 'messageQueued' });
  enqueue(turn, record, !turn.world.hasStorage);
}

/** A posted value as a waiting message of this user. */
function sentElsewhere(turn: Turn, value: unknown): MessageRecord | undefined {
  const record = parseRecord(value);
  const sound = record !== undefined && isWaiting(record) && record.sender === turn.world.localAddress;
  return sound ? record : undefined;
}

function receiveAsMirror(turn: Turn, post: Record<string, unknown>): void {
  if (post['kind'] === 'elected') {
    for (const record of recordsOf(turn, turn.world.table.order)) {
      if (isWaiting(record)) postToTabs(turn, { kind: 'send', record });
    }
    for (const wished of turn.machines.wishes) postToTabs(turn, wished);
    postToTabs(turn, { kind: 'hello' });
    return;
  }
  if (post['kind'] === 'send') {
    // Nobody speaks yet; whoever does next will find the message here.
    const record = sentElsewhere(turn, post['record']);
    if (record !== undefined && recordOf(turn, record.id) === undefined) put(turn, record, false);
    return;
  }
  if (post['kind'] !== 'turn') return;
  update(turn, { wishes: [] });
  takeRecords(turn, post, (record, known) => known === undefined || !isOutdated(record, known));
  for (const id of list(post['removed'])) {
    const record = isText(id) ? recordOf(turn, id) : undefined;
    if (record !== undefined) forget(turn, record);
  }
  mirrorState(turn, post);
  for (const value of list(post['composing'])) {
    if (!isObject(value) || !isText(value['participant'])) continue;
    const state = value['state'] === 'composing' ? 'composing' : 'idle';
    feedRemoteComposing(turn, { type: 'notified', sender: value['participant'], state });
  }
  takeOutcomes(turn, post);
}

function takeRecords(
  turn: Turn,
  post: Record<string, unknown>,
  isWanted: (record: MessageRecord, known: MessageRecord | undefined) => boolean,
): void {
  const received = new Set(list(post['received']));
  for (const value of list(post['records'])) {
    const record = parseRecord(value);
    if (record !== undefined && isWanted(record, recordOf(turn, record.id))) {
      mirror(turn, record, received.has(record.id));
    }
  }
}

/** Posts of a speaker and of the one before it may cross. Only a retry leads back. */
function isOutdated(record: MessageRecord, known: MessageRecord): boolean {
  return goesBeyond(known, record) && !(known.status === 'failed' && record.status === 'queued');
}

/** Tells the application what the speaker told its own. */
function takeOutcomes(turn: Turn, post: Record<string, unknown>): void {
  for (const value of list(post['notified'])) {
    const record = recordNamed(turn, value);
    const outcome = isObject(value) ? value['outcome'] : undefined;
    if (record !== undefined && isOutcome(outcome)) raiseNotified(turn, record, outcome);
  }
  for (const value of list(post['settled'])) {
    const record = recordNamed(turn, value);
    const final = isObject(value) && value['final'] === true;
    if (record !== undefined) turn.effects.push({ type: 'settle', record, final });
  }
}

function mirror(turn: Turn, record: MessageRecord, isNew: boolean): void {
  const known = recordOf(turn, record.id);
  put(turn, record, false);
  if (isPlaced(record)) update(turn, { nextOrder: Math.max(turn.machines.nextOrder, Math.floor(record.order) + 1) });
  if (!isWaiting(record)) feedOutbox(turn, { type: 'done', id: record.id });
  if (known === undefined || known.archived === true) {
    if (isNew && record.direction === 'incoming') raise(turn, 'messageReceived', { message: record });
  } else {
    raiseStatusChanged(turn, record, known.status);
  }
}

function mirrorState(turn: Turn, post: Record<string, unknown>): void {
  const { connection, available } = post;
  if (connection === 'online' || connection === 'offline' || connection === 'connecting') {
    feedLifecycle(turn, { type: 'connection', state: connection });
  }
  update(turn, { remoteAvailable: typeof available === 'boolean' ? available : undefined });
  mark(turn, post, false);
  update(turn, { unreported: list(post['unreported']).filter(isText) });
  update(turn, { unread: countUnread(turn) });
}

/** The record whose id a posted value names. */
function recordNamed(turn: Turn, value: unknown): MessageRecord | undefined {
  return isObject(value) && isText(value['id']) ? recordOf(turn, value['id']) : undefined;
}

function tell(turn: Turn, ids: readonly string[], more: Omit<TabPost & { readonly kind: 'turn' }, 'kind'>): void {
  const records = recordsOf(turn, ids);
  const removed = ids.filter((id) => recordOf(turn, id) === undefined);
  postToTabs(turn, { kind: 'turn', records, removed, ...stateOf(turn.machines), ...more });
}

/** What a tab that comes late may not find in the storage, and what it would have to send if this one died. */
function newest(turn: Turn): Iterable<string> {
  const { machines, world } = turn;
  const isStored = world.hasStorage && machines.storing.state === 'clean';
  const ids = Array.from(world.table.order).slice(isStored ? -world.settings.pageSize : -MOST_TOLD);
  return new Set([...machines.outbox.waiting.map(({ id }) => id), ...ids]);
}

/** What the mirrors show besides messages. */
function stateOf({
  lifecycle,
  remoteAvailable,
  marks,
  unreported,
}: Turn['machines']): Readonly<Record<string, unknown>> {
  return { connection: lifecycle.connection, available: remoteAvailable, unreported, ...marks };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
