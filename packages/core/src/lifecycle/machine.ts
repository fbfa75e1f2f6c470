import type { Step } from '../time/step.ts';

/**
 * Idle → Active → Terminated, or Idle → Terminated. A flow becomes Active with the first connection and stays Active
 * while the connection is lost; it then cannot send.
 */
export interface Lifecycle {
  readonly phase: 'idle' | 'active' | 'terminated';
  readonly started: boolean;
  readonly connection: 'offline' | 'connecting' | 'online';
}

export type LifecycleEvent =
  | { readonly type: 'start' }
  | { readonly type: 'connection'; readonly state: 'offline' | 'connecting' | 'online' | 'closed' }
  | { readonly type: 'terminate' };

export type LifecycleEffect =
  | { readonly type: 'acquire' }
  | { readonly type: 'release' }
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  | { readonly type: 'phaseChanged'; readonly previous: Lifecycle['phase']; readonly phase: Lifecycle['phase'] };

export const initialLifecycle: Lifecycle = { phase: 'idle', started: false, connection: 'offline' };

export function reduceLifecycle(state: Lifecycle, event: LifecycleEvent): Step<Lifecycle, LifecycleEffect> {
  if (state.phase === 'terminated') return { state, effects: [] };
  switch (event.type) {
    case 'start':
      if (state.started) return { state, effects: [] };
      return { state: { ...state, started: true }, effects: [{ type: 'acquire' }] };
    case 'connection':
      if (!state.started) return { state, effects: [] };
      return event.state === 'closed' ? terminate(state) : connect(state, event.state);
    case 'terminate':
      return terminate(state);
  }
}

function connect(state: Lifecycle, connection: Lifecycle['connection']): Step<Lifecycle, LifecycleEffect> {
  if (connection === state.connection) return { state, effects: [] };
  const effects: LifecycleEffect[] = [];
  const phase = connection === 'online' ? 'active' : state.phase;
  if (phase !== state.phase) effects.push({ type: 'phaseChanged', previous: state.phase, phase });
  if (connection === 'online') effects.push({ type: 'connected' });
  else if (state.connection === 'online') effects.push({ type: 'disconnected' });
  return { state: { ...state, phase, connection }, effects };
}

function terminate(state: Lifecycle): Step<Lifecycle, LifecycleEffect> {
  const effects: LifecycleEffect[] = [];
  if (state.connection === 'online') effects.push({ type: 'disconnected' });
  effects.push({ type: 'phaseChanged', previous: state.phase, phase: 'terminated' });
  if (state.started) effects.push({ type: 'release' });
  return { state: { ...state, phase: 'terminated', connection: 'offline' }, effects };
}
