import { FlowError } from '../errors/FlowError.ts';
import { reduceStoring, type StoringEvent } from '../machines/storing.ts';
import { feedReceipts } from './notifying.ts';
import { feedOutbox } from './sending.ts';
import type { Written } from './storageAccess.ts';
import { letWireForget, type Turn, update } from './turn.ts';

/** Feeds the storage's machine, and does what it says. */
export function feedStoring(turn: Turn, event: StoringEvent): void {
  const step = reduceStoring(turn.machines.storing, event, turn.world.now);
  update(turn, { storing: step.state });
  for (const effect of step.effects) {
    if (effect.type === 'write') turn.effects.push(effect);
    else goOnWithout(turn);
  }
}

/** The storage fails or hangs: nothing waits for it, and the application is told. */
function goOnWithout(turn: Turn): void {
  update(turn, { storageError: turn.machines.storageError ?? storageHangs() });
  // The wire keeps what is not really stored: only it could bring that back after a crash.
  const waiting = [...turn.machines.outbox.waiting, ...turn.machines.receipts.owed];
  goOn(turn, new Set(waiting.map((item) => item.id)));
}

/** The error of a storage that hangs. */
export function storageHangs(): FlowError {
  return new FlowError('storage', 'The storage does not answer; messages are kept in memory until it works again.');
}

/** What waited for the storage goes on. */
export function becomeDurable(turn: Turn, { stored, current }: Written): void {
  goOn(turn, stored);
  // A notification may have come while the message was being written as it was before.
  letWireForget(turn, (id) => current.has(id));
}

function goOn(turn: Turn, ids: ReadonlySet<string>): void {
  feedOutbox(turn, { type: 'durable', ids });
  feedReceipts(turn, { type: 'durable', ids });
}

/** Tells the storage's machine that there is something to write. Called once, at the end of a turn. */
export function storeChanges(turn: Turn): void {
  if (turn.world.hasStorage && (turn.stores.size > 0 || turn.added.size > 0 || turn.storesMeta)) {
    feedStoring(turn, { type: 'changed' });
  }
}
