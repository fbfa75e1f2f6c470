/** Applies one input of a flow (a call, a network event, a storage result, the time) to its state. */

import type { EngineState } from './state.ts';
import {
  addStoredOnly,
  diagnose,
  forwardCommand,
  postToTabs,
  recordOf,
  setHistory,
  type Transaction,
} from './transaction.ts';
import type { FlowInput } from './inputs.ts';
import { changeParticipant, changeStatus, dispatchLifecycle } from '../lifecycle/handlers.ts';
import { dispatchLocalComposing, dispatchRemoteComposing, localSettings } from '../typing/handlers.ts';
import { applyHistoryReceipts, applyUnmatchedReceipts } from '../receipts/fromHistory.ts';
import { receiveOperation, receiveOperations } from '../operations/incoming.ts';
import { operate } from '../operations/outgoing.ts';
import { purgeQuotes } from '../operations/purge.ts';
import { correctReplies } from '../operations/replies.ts';
import { keepOperationTargets, storedFound } from '../operations/resume.ts';
import { noteWritten } from '../operations/rewrites.ts';
import { receiveReceipt } from '../receipts/incoming.ts';
import { dispatchOutbox, sendFailed, sendSucceeded, uploadFailed, uploadSucceeded } from '../outbox/handlers.ts';
import { discard, retry, send } from '../outbox/commands.ts';
import { dispatchProxied, dispatchReceipts, markDisplayed, reportOutcome, trustOf } from '../receipts/outgoing.ts';
import { applyCommand } from '../tabs/commands.ts';
import { becomeFollower, becomeLeader, receiveTabMessage, replicateToFollowers } from '../tabs/replication.ts';
import { markUnread } from '../receipts/markedUnread.ts';
import { keepReceiptTargets } from '../receipts/targets.ts';
import { loadOlder, olderFailed } from '../persistence/pagination.ts';
import { hydrate, hydrationFailed, olderLoaded } from '../persistence/hydrate.ts';
import { lookUpAgain, missLookup, tellStored } from '../persistence/lookups.ts';
import { mergeStored } from '../persistence/unverified.ts';
import type { BatchedEvent } from '../inbox/historyBatches.ts';
import { merge, mergeOlder } from '../inbox/historyMerge.ts';
import { receive } from '../inbox/ingest.ts';
import { failCatchUp, finishCatchUp } from '../inbox/catchUp.ts';
import {
  dispatchPersistence,
  releaseDurable,
  setStorageError,
  storageOutdated,
  storeChanges,
} from '../persistence/handlers.ts';
import type { FlowDeadlines } from './inspection.ts';
import type { FlowSettings } from './settings.ts';
import { localComposingDeadline } from '../typing/localMachine.ts';
import { remoteComposingDeadline } from '../typing/remoteMachine.ts';
import { outboxDeadline } from '../outbox/machine.ts';
import { receiptsDeadline } from '../receipts/machine.ts';
import { proxiedDeadline } from '../proxied/machine.ts';
import { persistenceDeadline } from '../persistence/machine.ts';
import type { ChannelEvent } from '../ports/transport.ts';

const UNSUPPORTED_MEDIA_TYPE = 415;

/** The inputs of the channel. A tab that is no longer the leader ignores them; the new leader receives its own. */
const OF_THE_CHANNEL: ReadonlySet<FlowInput['type']> = new Set([
  'status',
  'channel',
  'sendSucceeded',
  'sendFailed',
  'uploadSucceeded',
  'uploadFailed',
  'composingRejected',
  'receiptTaken',
  'receiptRejected',
]);

/** Applies one input to a transaction: machines, records, effects and events. Changes nothing but the transaction. */
export function applyInput(tx: Transaction, input: FlowInput): void {
  if (isFollower(tx) && OF_THE_CHANNEL.has(input.type)) return;
  switch (input.type) {
    case 'start':
      dispatchLifecycle(tx, { type: 'start' });
      return;
    case 'terminate':
      dispatchLifecycle(tx, { type: 'terminate' });
      return;
    case 'setComposing':
      if (isFollower(tx)) postToTabs(tx, { kind: 'composing', state: input.state });
      dispatchLocalComposing(tx, { type: 'set', state: input.state });
      return;
    case 'send':
      send(tx, input.message);
      return;
    case 'retry':
      if (isFollower(tx)) forwardCommand(tx, { kind: 'retry', id: input.id });
      else retry(tx, input.id);
      return;
    case 'discard':
      if (isFollower(tx)) forwardCommand(tx, { kind: 'discard', id: input.id });
      else discard(tx, input.id);
      return;
    case 'operate':
      operate(tx, input.id, input.request);
      return;
    case 'storedFound':
      mergeStored(tx, input.records, input.messageIds);
      storedFound(tx, input.records, input.resumes === true);
      if (input.command !== undefined) applyCommand(tx, input.command);
      return;
    case 'lookupMissed':
      missLookup(tx, input.messageIds);
      if (input.works) lookUpAgain(tx);
      return;
    case 'seen':
      markDisplayed(tx, input.id);
      return;
    case 'markUnread':
      markUnread(tx, input.unread);
      return;
    case 'elected':
      becomeLeader(tx);
      return;
    case 'demoted':
      becomeFollower(tx);
      return;
    case 'tabMessage':
      receiveTabMessage(tx, input.post);
      return;
    case 'attention':
      dispatchReceipts(tx, { type: 'attention', attentive: input.attentive });
      return;
    case 'report':
      reportOutcome(tx, input.id, input.outcome);
      return;
    case 'loadOlder':
      loadOlder(tx, input.limit);
      return;
    case 'status':
      changeStatus(tx, input.status);
      return;
    case 'channel':
      tx.missesStored = input.stored === undefined;
      for (const record of input.stored ?? []) {
        if (recordOf(tx, record.id) === undefined) addStoredOnly(tx, record);
      }
      applyChannelEvent(tx, input.event);
      return;
    case 'uploadSucceeded':
      uploadSucceeded(tx, input.id, input.body);
      return;
    case 'uploadFailed':
      uploadFailed(tx, input.id, input.code);
      return;
    case 'sendSucceeded':
      sendSucceeded(tx, input.id, input.answer);
      return;
    case 'sendFailed':
      sendFailed(tx, input.id, input.attempt, input.failure);
      return;
    case 'composingRejected':
      if (input.failure.code === UNSUPPORTED_MEDIA_TYPE) dispatchLocalComposing(tx, { type: 'unsupported' });
      diagnose(tx, 'composing-refused', 'The transport refused a composing notification.', input.failure);
      return;
    case 'receiptTaken':
      dispatchReceipts(tx, { type: 'taken', key: input.key });
      return;
    case 'receiptRejected': {
      const { key, attempt, failure } = input;
      dispatchReceipts(tx, { type: 'refused', key, attempt, retryable: failure.retryable, jitter: tx.context.jitter });
      return;
    }
    case 'hydrated':
      hydrate(tx, input.stored);
      return;
    case 'hydrationFailed':
      hydrationFailed(tx, input.error);
      return;
    case 'olderLoaded':
      olderLoaded(tx, input.page, input.from);
      return;
    case 'olderReceived': {
      const count = mergeOlder(tx, input.page.messages);
      receiveOperations(tx, input.page.operations, 'history');
      applyHistoryReceipts(tx, input.page.messages, input.page.receipts);
      const oldest = input.page.messages.find(({ position }) => position !== undefined)?.position;
      const { archiveReadFrom } = tx.state.history;
      setHistory(tx, {
        loading: false,
        olderOnServer: !input.page.end,
        archiveReadFrom: oldest ?? archiveReadFrom,
      });
      tx.effects.push({ type: 'olderLoaded', count });
      return;
    }
    case 'olderFailed':
      olderFailed(tx, input.error);
      return;
    case 'caughtUp':
      finishCatchUp(tx, input.complete);
      return;
    case 'catchUpFailed':
      failCatchUp(tx, input.error);
      return;
    case 'written':
      setStorageError(tx, undefined);
      noteWritten(tx, input.written, input.superseded);
      releaseDurable(tx, input.written);
      dispatchPersistence(tx, { type: 'written' });
      tellStored(tx, input.records);
      lookUpAgain(tx);
      if (tx.state.history.readFailures > 0) tx.effects.push({ type: 'readStorage' });
      return;
    case 'writeFailed':
      setStorageError(tx, input.error);
      diagnose(tx, 'storage-write-failed', input.error.message, input.error);
      dispatchPersistence(tx, { type: 'failed', jitter: tx.context.jitter });
      return;
    case 'outdated':
      storageOutdated(tx);
      return;
    case 'settingsChanged':
      dispatchLocalComposing(tx, { type: 'time' });
      return;
    case 'diagnostic':
      diagnose(tx, input.code, input.message, input.cause);
      return;
    case 'time':
      for (const feed of [
        dispatchLocalComposing,
        dispatchRemoteComposing,
        dispatchOutbox,
        dispatchReceipts,
        dispatchProxied,
        dispatchPersistence,
      ]) {
        feed(tx, { type: 'time' });
      }
  }
}

/** Ends a transaction: schedules the changes to be stored and posts them to the other tabs. */
export function finishTransaction(tx: Transaction, before: EngineState): void {
  applyUnmatchedReceipts(tx);
  correctReplies(tx);
  purgeQuotes(tx);
  keepOperationTargets(tx);
  keepReceiptTargets(tx);
  storeChanges(tx);
  replicateToFollowers(tx, before);
}

/** The earliest deadline of all machines. */
export function flowDeadline(machines: EngineState, settings: FlowSettings): number {
  return Math.min(...Object.values(flowDeadlines(machines, settings)));
}

/** The deadline of each machine. */
export function flowDeadlines(machines: EngineState, settings: FlowSettings): FlowDeadlines {
  return {
    localComposing: localComposingDeadline(machines.localComposing, localSettings(settings)),
    remoteComposing: remoteComposingDeadline(machines.remoteComposing),
    outbox: outboxDeadline(machines.outbox),
    receipts: receiptsDeadline(machines.receipts),
    proxied: proxiedDeadline(machines.proxied),
    storage: persistenceDeadline(machines.persistence),
  };
}

function isFollower(tx: Transaction): boolean {
  return tx.state.role === 'follower';
}

function applyChannelEvent(tx: Transaction, event: BatchedEvent): void {
  switch (event.type) {
    case 'message':
      receive(tx, event.message);
      return;
    case 'operation':
      receiveOperation(tx, event.operation);
      return;
    case 'history':
      merge(tx, event.messages, 'missed', event.after);
      receiveOperations(tx, event.operations, 'news');
      applyHistoryReceipts(tx, event.messages, event.receipts);
      return;
    case 'composing':
      receiveComposing(tx, event);
      return;
    case 'notification':
      receiveReceipt(tx, event);
      return;
    case 'participant':
      changeParticipant(tx, event);
      return;
    case 'diagnostic':
      diagnose(tx, event.code, event.message);
  }
}

function receiveComposing(tx: Transaction, event: ChannelEvent & { readonly type: 'composing' }): void {
  const { sender, state, refresh, frameSequence } = event;
  // A frame without a connection is late: the state that it announces may have ended in the meantime.
  if (tx.state.lifecycle.connection !== 'online') return;
  if (sender === tx.context.localAddress || trustOf(tx, sender) === 'blocked') return;
  dispatchRemoteComposing(tx, {
    type: 'notified',
    sender,
    state: state === 'composing' ? 'composing' : 'idle',
    refresh,
    frameSequence,
  });
}
