/** Handles changes of the transport's connection and of the participant's presence. */

import { type LifecycleEffect, type LifecycleEvent, reduceLifecycle } from './machine.ts';
import type { ChannelEvent, TransportStatus } from '../ports/transport.ts';
import { dispatchLocalComposing, dispatchRemoteComposing } from '../typing/handlers.ts';
import { dispatchReceipts, dispatchProxied } from '../receipts/outgoing.ts';
import { updateReceiptsReach } from '../receipts/reach.ts';
import { interruptCatchUp, startCatchUp } from '../inbox/catchUp.ts';
import { loadRequested } from '../persistence/pagination.ts';
import { dispatchOutbox } from '../outbox/handlers.ts';
import { raiseEvent, type Transaction, setState, setHistory } from '../engine/transaction.ts';

/** Handles a change of the transport's status. */
export function changeStatus(tx: Transaction, status: TransportStatus): void {
  if (status.state === 'closed' && tx.state.lifecycle.started) setState(tx, { connectionError: status.error });
  dispatchLifecycle(tx, { type: 'connection', state: status.state });
}

/** Handles a change of the participant's presence or address. */
export function changeParticipant(tx: Transaction, event: ChannelEvent & { readonly type: 'participant' }): void {
  const isRemote = event.address === tx.context.remote || tx.state.aliases.includes(event.address);
  if (event.change !== 'available') dispatchRemoteComposing(tx, { type: 'left', address: event.address });
  if (!isRemote) return;
  if (event.change === 'renamed') {
    setState(tx, { aliases: [...tx.state.aliases, event.to].slice(-8) });
    return;
  }
  const available = event.change === 'available';
  setState(tx, {
    remoteAvailable: available,
    remoteLastSeen: event.change === 'unavailable' ? event.lastSeen : undefined,
  });
  setReachable(tx, available || tx.context.capabilities.offlineDelivery === true);
}

/** While the participant cannot be reached, messages and receipts wait. */
function setReachable(tx: Transaction, reachable: boolean): void {
  dispatchOutbox(tx, { type: 'reachable', reachable });
  updateReceiptsReach(tx);
}

/** Dispatches an event to the lifecycle machine and executes its effects. */
export function dispatchLifecycle(tx: Transaction, event: LifecycleEvent): void {
  const step = reduceLifecycle(tx.state.lifecycle, event);
  setState(tx, { lifecycle: step.state });
  for (const effect of step.effects) executeEffect(tx, effect);
}

function executeEffect(tx: Transaction, effect: LifecycleEffect): void {
  const { capabilities, hasStorage, hasTabs } = tx.context;
  switch (effect.type) {
    case 'acquire': {
      setHistory(tx, { ready: !hasStorage, olderOnServer: capabilities.history === true });
      setState(tx, { role: hasTabs ? 'follower' : 'leader' });
      if (hasStorage) tx.effects.push({ type: 'readStorage' });
      tx.effects.push({ type: hasTabs ? 'joinTabs' : 'openChannel' });
      return;
    }
    case 'release':
      tx.effects.push({ type: 'release' });
      return;
    case 'connected':
      if (tx.state.role !== 'follower') {
        setState(tx, { connectionError: undefined });
        if (tx.state.history.ready) dispatchOutbox(tx, { type: 'open' });
        dispatchReceipts(tx, { type: 'open' });
        startCatchUp(tx);
      }
      loadRequested(tx);
      // Last, since a message that waited would end the composing state that is sent.
      dispatchLocalComposing(tx, { type: 'connected' });
      return;
    case 'disconnected':
      interruptCatchUp(tx);
      dispatchLocalComposing(tx, { type: 'disconnected' });
      dispatchRemoteComposing(tx, { type: 'cleared' });
      dispatchOutbox(tx, { type: 'closed' });
      dispatchReceipts(tx, { type: 'closed' });
      setState(tx, { remoteAvailable: undefined, remoteLastSeen: undefined });
      setReachable(tx, true);
      return;
    case 'phaseChanged':
      raiseEvent(tx, 'stateChanged', { previousState: effect.previous, state: effect.phase });
      if (effect.phase === 'terminated') {
        // No page will arrive.
        setHistory(tx, { loading: false });
        dispatchProxied(tx, { type: 'released' });
      }
  }
}
