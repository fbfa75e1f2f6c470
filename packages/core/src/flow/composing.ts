import {
  type LocalComposingEvent,
  type LocalComposingSettings,
  reduceLocalComposing,
} from '../machines/localComposing.ts';
import { reduceRemoteComposing, type RemoteComposingEvent } from '../machines/remoteComposing.ts';
import { raise, type Turn, update } from './turn.ts';
import type { FlowSettings } from './settings.ts';

/** Feeds the machine of the local user's composing. */
export function feedLocalComposing(turn: Turn, event: LocalComposingEvent): void {
  const { now, settings } = turn.world;
  const step = reduceLocalComposing(turn.machines.localComposing, event, now, localSettings(settings));
  update(turn, { localComposing: step.state });
  // A tab that mirrors has wished it already.
  if (turn.machines.role === 'mirror') return;
  const { refresh, announce } = settings.composingPolicy;
  for (const { state } of step.effects) {
    const announced = announce && state === 'composing' && refresh !== 'never' ? refresh : undefined;
    turn.effects.push({ type: 'sendComposing', state, refresh: announced });
  }
}

/** Feeds the machine of the remote side's composing. */
export function feedRemoteComposing(turn: Turn, event: RemoteComposingEvent): void {
  const { now, settings } = turn.world;
  const step = reduceRemoteComposing(turn.machines.remoteComposing, event, now, settings.composingPolicy);
  update(turn, { remoteComposing: step.state });
  for (const { type, participant, state } of step.effects) {
    raise(turn, type === 'changed' ? 'remoteComposingStateChanged' : 'remoteComposingRefreshed', {
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
