/** Connects the machines of local and remote composing with the flow. */

import { type LocalComposingEvent, type LocalComposingSettings, reduceLocalComposing } from './localMachine.ts';
import { reduceRemoteComposing, type RemoteComposingEvent } from './remoteMachine.ts';
import { raiseEvent, type Transaction, setState } from '../engine/transaction.ts';
import type { FlowSettings } from '../engine/settings.ts';

/** Dispatches an event to the machine of local composing. */
export function dispatchLocalComposing(tx: Transaction, event: LocalComposingEvent): void {
  const { now, settings } = tx.context;
  const step = reduceLocalComposing(tx.state.localComposing, event, now, localSettings(settings));
  setState(tx, { localComposing: step.state });
  // A follower has forwarded it already.
  if (tx.state.role === 'follower') return;
  const { refresh, announce } = settings.composingPolicy;
  for (const { state } of step.effects) {
    const announced = announce && state === 'composing' && refresh !== 'never' ? refresh : undefined;
    tx.effects.push({ type: 'sendComposing', state, refresh: announced });
  }
}

/** Dispatches an event to the machine of remote composing. */
export function dispatchRemoteComposing(tx: Transaction, event: RemoteComposingEvent): void {
  const { now, settings } = tx.context;
  const step = reduceRemoteComposing(tx.state.remoteComposing, event, now, settings.composingPolicy);
  setState(tx, { remoteComposing: step.state });
  for (const { type, participant, state } of step.effects) {
    raiseEvent(tx, type === 'changed' ? 'remoteComposingStateChanged' : 'remoteComposingRefreshed', {
      participant,
      state,
    });
  }
}

export function localSettings(settings: FlowSettings): LocalComposingSettings {
  return {
    timeout: settings.composingTimeout,
    refresh: settings.composingPolicy.refresh,
    notify: settings.notify.composing,
  };
}
