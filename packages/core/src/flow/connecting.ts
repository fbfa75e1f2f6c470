import { type LifecycleEffect, type LifecycleEvent, reduceLifecycle } from '../machines/lifecycle.ts';
import type { ChannelEvent, TransportStatus } from '../ports/transport.ts';
import { feedLocalComposing, feedRemoteComposing } from './composing.ts';
import { feedReceipts, feedReports } from './notifying.ts';
import { feedOutbox } from './sending.ts';
import { raise, type Turn, update, updateHistory } from './turn.ts';

/** The transport's connection came, went, or ended for good. */
export function changeStatus(turn: Turn, status: TransportStatus): void {
  if (status.state === 'closed' && turn.machines.lifecycle.started) update(turn, { connectionError: status.error });
  feedLifecycle(turn, { type: 'connection', state: status.state });
}

/** A participant came, left, or goes by another address. */
export function changeParticipant(turn: Turn, event: ChannelEvent & { readonly type: 'participant' }): void {
  const isRemote = event.address === turn.world.remote || turn.machines.aliases.includes(event.address);
  if (event.change !== 'available') feedRemoteComposing(turn, { type: 'left', address: event.address });
  if (!isRemote) return;
  if (event.change === 'renamed') {
    update(turn, { aliases: [...turn.machines.aliases, event.to].slice(-8) });
    return;
  }
  const available = event.change === 'available';
  update(turn, { remoteAvailable: available });
  becomeReachable(turn, available || turn.world.capabilities.storesForAbsent === true);
}

/** What is for a participant waits while it could not reach them. */
function becomeReachable(turn: Turn, reachable: boolean): void {
  feedOutbox(turn, { type: 'reachable', reachable });
  feedReceipts(turn, { type: 'reachable', reachable });
}

/** Feeds the lifecycle's machine, and does what it says. */
export function feedLifecycle(turn: Turn, event: LifecycleEvent): void {
  const step = reduceLifecycle(turn.machines.lifecycle, event);
  update(turn, { lifecycle: step.state });
  for (const effect of step.effects) perform(turn, effect);
}

function perform(turn: Turn, effect: LifecycleEffect): void {
  const { capabilities, hasStorage, hasTabs } = turn.world;
  switch (effect.type) {
    case 'acquire': {
      updateHistory(turn, { ready: !hasStorage, olderOnWire: capabilities.history === true });
      update(turn, { role: hasTabs ? 'mirror' : 'speaker' });
      if (hasStorage) turn.effects.push({ type: 'readStorage' });
      turn.effects.push({ type: hasTabs ? 'joinTabs' : 'openWire' });
      return;
    }
    case 'release':
      turn.effects.push({ type: 'letGo' });
      return;
    case 'connected':
      updateHistory(turn, { failed: false });
      if (turn.machines.role !== 'mirror') {
        update(turn, { connectionError: undefined });
        if (turn.machines.history.ready) feedOutbox(turn, { type: 'open' });
        feedReceipts(turn, { type: 'open' });
      }
      // Last, since a message that waited would end what composing begins.
      feedLocalComposing(turn, { type: 'connected' });
      return;
    case 'disconnected':
      feedLocalComposing(turn, { type: 'disconnected' });
      feedRemoteComposing(turn, { type: 'cleared' });
      feedOutbox(turn, { type: 'closed' });
      feedReceipts(turn, { type: 'closed' });
      update(turn, { remoteAvailable: undefined });
      becomeReachable(turn, true);
      return;
    case 'phaseChanged':
      raise(turn, 'stateChanged', { previousState: effect.previous, state: effect.phase });
      if (effect.phase === 'terminated') feedReports(turn, { type: 'released' });
  }
}
