import { useEffect, useState } from 'react';
import type { Demo } from './demo.ts';

/** The state of a user's connection. */
export interface Link {
  readonly connected: boolean;
  /** The delay in each direction, in ms. */
  readonly delay: number;
  /** The share of frames that are lost, 0 to 1. */
  readonly loss: number;
}

export interface Links {
  readonly of: (address: string) => Link;
  readonly change: (address: string, change: Partial<Link>) => void;
  /** How many frames were lost on a user's connection so far. */
  readonly lost: (address: string) => number;
  readonly perfect: boolean;
  readonly reset: () => void;
}

const PERFECT: Link = { connected: true, delay: 0, loss: 0 };

/** The connections of both users, and the functions that disturb them. */
export function useLinks({ network, sides }: Demo): Links {
  const [links, setLinks] = useState<ReadonlyMap<string, Link>>(new Map());
  const [lost, setLost] = useState<ReadonlyMap<string, number>>(new Map());

  useEffect(
    () =>
      network.onFrame(({ outcome, hop, from, to }) => {
        if (outcome !== 'lost') return;
        const address = hop === 'to-server' ? from : to;
        setLost((counts) => new Map(counts).set(address, (counts.get(address) ?? 0) + 1));
      }),
    [network],
  );

  const of = (address: string): Link => links.get(address) ?? PERFECT;

  function change(address: string, patch: Partial<Link>): void {
    const link = { ...of(address), ...patch };
    network.setFaults({ delay: link.delay, loss: link.loss }, address);
    network.setOnline(address, link.connected);
    setLinks((all) => new Map(all).set(address, link));
  }

  return {
    of,
    change,
    lost: (address) => lost.get(address) ?? 0,
    perfect: sides.every(({ me }) => isPerfect(of(me.address))),
    reset() {
      for (const { me } of sides) change(me.address, PERFECT);
      setLost(new Map());
    },
  };
}

function isPerfect({ connected, delay, loss }: Link): boolean {
  return connected && delay === 0 && loss === 0;
}
