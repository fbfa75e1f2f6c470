import type { FlowError } from '../errors/FlowError.ts';
import type { ComposingState } from '../machines/composing.types.ts';
import { deliveryReportsDeadline } from '../machines/deliveryReports.ts';
import { localComposingDeadline } from '../machines/localComposing.ts';
import { outboxDeadline } from '../machines/outbox.ts';
import { receiptsDeadline } from '../machines/receipts.ts';
import { remoteComposingDeadline } from '../machines/remoteComposing.ts';
import { storingDeadline } from '../machines/storing.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { StoredConversation, StoredPage } from '../ports/storage.ts';
import type { ChannelEvent, HistoryPage, SendAnswer, TransportFailure, TransportStatus } from '../ports/transport.ts';
import { feedLocalComposing, feedRemoteComposing, localSettings } from './composing.ts';
import { changeParticipant, changeStatus, feedLifecycle } from './connecting.ts';
import { becomeSpeaker, receivePost, tellMirrors } from './mirroring.ts';
import { feedReceipts, feedReports, report, seen, trustOf } from './notifying.ts';
import { loadOlder, olderLoaded, opened, openFailed } from './opening.ts';
import { merge, mergeOlder, receive } from './receiving.ts';
import { answered, discard, feedOutbox, notified, rejected, retry, send } from './sending.ts';
import type { FlowSettings } from './settings.ts';
import type { Written } from './storageAccess.ts';
import { becomeDurable, feedStoring, storeChanges } from './storing.ts';
import { diagnose, type FlowMachines, postToTabs, type Turn, update, updateHistory, wish } from './turn.ts';

/** Everything that can happen to a flow: the application, the wire, the storage, the clock. */
export type FlowInput =
  | { readonly type: 'start' }
  | { readonly type: 'terminate' }
  | { readonly type: 'setComposing'; readonly state: ComposingState }
  | { readonly type: 'send'; readonly message: Pick<MessageRecord, 'id' | 'contentType' | 'body'> }
  | { readonly type: 'retry'; readonly id: string }
  | { readonly type: 'discard'; readonly id: string }
  | { readonly type: 'seen'; readonly id: string }
  | { readonly type: 'attention'; readonly attentive: boolean }
  | { readonly type: 'report'; readonly id: string; readonly outcome: 'success' | number }
  | { readonly type: 'loadOlder' }
  | { readonly type: 'status'; readonly status: TransportStatus }
  | { readonly type: 'channel'; readonly event: ChannelEvent; readonly stored: readonly MessageRecord[] }
  | { readonly type: 'answered'; readonly id: string; readonly answer: SendAnswer }
  | { readonly type: 'rejected'; readonly id: string; readonly attempt: number; readonly failure: TransportFailure }
  | { readonly type: 'composingRejected'; readonly failure: TransportFailure }
  | { readonly type: 'notificationTaken'; readonly key: string }
  | {
      readonly type: 'notificationRejected';
      readonly key: string;
      readonly attempt: number;
      readonly failure: TransportFailure;
    }
  | { readonly type: 'opened'; readonly stored: StoredConversation }
  | { readonly type: 'openFailed'; readonly error: FlowError }
  | { readonly type: 'olderLoaded'; readonly page: StoredPage }
  | { readonly type: 'olderReceived'; readonly page: HistoryPage }
  | { readonly type: 'olderFailed'; readonly error: FlowError }
  | { readonly type: 'written'; readonly written: Written }
  | { readonly type: 'writeFailed'; readonly error: FlowError }
  | { readonly type: 'elected' }
  | { readonly type: 'posted'; readonly post: unknown }
  | { readonly type: 'settingsChanged' }
  | { readonly type: 'problem'; readonly code: string; readonly message: string; readonly cause?: unknown }
  | { readonly type: 'time' };

const UNSUPPORTED_MEDIA_TYPE = 415;

/** Works one input into a turn: machines, records, effects and events. Pure but for the turn it fills. */
export function reduceFlow(turn: Turn, input: FlowInput): void {
  switch (input.type) {
    case 'start':
      feedLifecycle(turn, { type: 'start' });
      return;
    case 'terminate':
      feedLifecycle(turn, { type: 'terminate' });
      return;
    case 'setComposing':
      if (mirrors(turn)) postToTabs(turn, { kind: 'composing', state: input.state });
      feedLocalComposing(turn, { type: 'set', state: input.state });
      return;
    case 'send':
      send(turn, input.message);
      return;
    case 'retry':
      if (mirrors(turn)) wish(turn, { kind: 'retry', id: input.id });
      else retry(turn, input.id);
      return;
    case 'discard':
      if (mirrors(turn)) wish(turn, { kind: 'discard', id: input.id });
      else discard(turn, input.id);
      return;
    case 'seen':
      seen(turn, input.id);
      return;
    case 'elected':
      becomeSpeaker(turn);
      return;
    case 'posted':
      receivePost(turn, input.post);
      return;
    case 'attention':
      feedReceipts(turn, { type: 'attention', attentive: input.attentive });
      return;
    case 'report':
      report(turn, input.id, input.outcome);
      return;
    case 'loadOlder':
      loadOlder(turn);
      return;
    case 'status':
      changeStatus(turn, input.status);
      return;
    case 'channel':
      for (const record of input.stored) {
        if (turn.world.table.get(record.id) === undefined) turn.offTable.set(record.id, record);
      }
      receiveEvent(turn, input.event);
      return;
    case 'answered':
      answered(turn, input.id, input.answer);
      return;
    case 'rejected':
      rejected(turn, input.id, input.attempt, input.failure);
      return;
    case 'composingRejected':
      if (input.failure.code === UNSUPPORTED_MEDIA_TYPE) feedLocalComposing(turn, { type: 'unsupported' });
      diagnose(turn, 'composing-refused', 'The wire did not take a composing notification.', input.failure);
      return;
    case 'notificationTaken':
      feedReceipts(turn, { type: 'taken', key: input.key });
      return;
    case 'notificationRejected': {
      const { key, attempt, failure } = input;
      feedReceipts(turn, { type: 'refused', key, attempt, mayPass: failure.mayPass, jitter: turn.world.jitter });
      return;
    }
    case 'opened':
      opened(turn, input.stored);
      return;
    case 'openFailed':
      openFailed(turn, input.error);
      return;
    case 'olderLoaded':
      olderLoaded(turn, input.page);
      return;
    case 'olderReceived': {
      const count = mergeOlder(turn, input.page.messages);
      updateHistory(turn, { loading: false, olderOnWire: !input.page.end });
      turn.effects.push({ type: 'olderLoaded', count });
      return;
    }
    case 'olderFailed':
      updateHistory(turn, { loading: false, failed: true });
      diagnose(turn, 'history-unreadable', input.error.message, input.error);
      turn.effects.push({ type: 'olderLoaded', count: 0 });
      return;
    case 'written':
      update(turn, { storageError: undefined });
      becomeDurable(turn, input.written);
      feedStoring(turn, { type: 'written' });
      if (turn.machines.history.unread > 0) turn.effects.push({ type: 'readStorage' });
      return;
    case 'writeFailed':
      update(turn, { storageError: input.error });
      diagnose(turn, 'storage-write-failed', input.error.message, input.error);
      feedStoring(turn, { type: 'failed', jitter: turn.world.jitter });
      return;
    case 'settingsChanged':
      feedLocalComposing(turn, { type: 'time' });
      return;
    case 'problem':
      diagnose(turn, input.code, input.message, input.cause);
      return;
    case 'time':
      for (const feed of [
        feedLocalComposing,
        feedRemoteComposing,
        feedOutbox,
        feedReceipts,
        feedReports,
        feedStoring,
      ]) {
        feed(turn, { type: 'time' });
      }
  }
}

/** Ends a turn: what it changed is to be stored, and told to the other tabs. */
export function closeTurn(turn: Turn, before: FlowMachines): void {
  storeChanges(turn);
  tellMirrors(turn, before);
}

/** The earliest deadline of all machines. */
export function flowDeadline(machines: FlowMachines, settings: FlowSettings): number {
  return Math.min(
    localComposingDeadline(machines.localComposing, localSettings(settings)),
    remoteComposingDeadline(machines.remoteComposing),
    outboxDeadline(machines.outbox),
    receiptsDeadline(machines.receipts),
    deliveryReportsDeadline(machines.reports),
    storingDeadline(machines.storing),
  );
}

function mirrors(turn: Turn): boolean {
  return turn.machines.role === 'mirror';
}

function receiveEvent(turn: Turn, event: ChannelEvent): void {
  switch (event.type) {
    case 'message':
      receive(turn, event.message);
      return;
    case 'history':
      merge(turn, event.messages, 'missed');
      return;
    case 'composing':
      receiveComposing(turn, event);
      return;
    case 'notification':
      notified(turn, event);
      return;
    case 'participant':
      changeParticipant(turn, event);
      return;
    case 'diagnostic':
      diagnose(turn, event.code, event.message);
  }
}

function receiveComposing(turn: Turn, event: ChannelEvent & { readonly type: 'composing' }): void {
  const { sender, state, refresh, stamp } = event;
  // A frame that comes without a connection is late: what it says may have ended unheard.
  if (turn.machines.lifecycle.connection !== 'online') return;
  if (sender === turn.world.localAddress || trustOf(turn, sender) === 'blocked') return;
  feedRemoteComposing(turn, {
    type: 'notified',
    sender,
    state: state === 'composing' ? 'composing' : 'idle',
    refresh,
    stamp,
  });
}
