'use client';

/** The state of the connection banner. */

import { type InstantMessagingFlow, useFlow } from '@imflow/react';
import { useEffect, useState } from 'react';

/** The connection as shown to the user; `outdated`: the page has to be reloaded. */
export type ConnectionPhase =
  | 'idle'
  | 'notStarted'
  | 'connecting'
  | 'offline'
  | 'reconnecting'
  | 'reconnected'
  | 'outdated';

/** How long an interruption lasts before the banner shows it, in ms. */
const SHOW_DELAY = 700;
/** How long "Connected again" stays, in ms. */
const RECONNECTED = 2_000;

/** Returns the state of the connection banner: hidden while the connection works. */
export function useConnectionBanner(): ConnectionPhase {
  const flow = useFlow();
  const [phase, setPhase] = useState<ConnectionPhase>('idle');
  useEffect(() => watchConnection(flow, setPhase), [flow]);
  return phase;
}

/**
 * Observes the connection as shown to the user, so that the banner and the announcements change together. Calls back at
 * once and with each change; returns a function that stops.
 */
export function watchConnection(flow: InstantMessagingFlow, tell: (phase: ConnectionPhase) => void): () => void {
  let phase: ConnectionPhase = 'idle';
  let timer: ReturnType<typeof setTimeout> | undefined;
  // The interruption that waits to be shown. Its text may change while its timer runs.
  let waiting: ConnectionPhase | undefined;

  const enter = (next: ConnectionPhase, delay: number): void => {
    const isInterruption = delay === SHOW_DELAY;
    const goesOn = isInterruption && waiting !== undefined;
    waiting = isInterruption ? next : undefined;
    if (goesOn) return;
    clearTimeout(timer);
    const change = (): void => {
      phase = waiting ?? next;
      waiting = undefined;
      tell(phase);
      if (phase === 'reconnected') enter('idle', RECONNECTED);
    };
    if (delay === 0) change();
    else timer = setTimeout(change, delay);
  };

  const look = (): void => {
    const { state, connection, error } = flow.store.getState();
    const silent = phase === 'idle' || phase === 'reconnected';
    if (state === 'terminated') enter('idle', 0);
    else if (error?.code === 'outdated') enter('outdated', 0);
    // A flow of a provider starts with the commit.
    else if (state === 'idle' && connection === 'offline') enter('notStarted', silent ? SHOW_DELAY : 0);
    else if (connection === 'online') {
      if (phase === 'offline' || phase === 'reconnecting') enter('reconnected', 0);
      else if (phase !== 'reconnected') enter('idle', 0);
    } else {
      const word = connection === 'offline' ? connection : state === 'active' ? 'reconnecting' : 'connecting';
      enter(word, silent ? SHOW_DELAY : 0);
    }
  };

  look();
  const stop = flow.store.subscribe((now, before) => {
    if (now.connection !== before.connection || now.state !== before.state || now.error !== before.error) look();
  });
  return () => {
    clearTimeout(timer);
    stop();
    tell('idle');
  };
}
