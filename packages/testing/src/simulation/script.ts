/** The script of a simulated conversation: created from a seed, printed and read. */

import type { Random } from '@imflow/core';
import type { LinkFaults } from '@imflow/core/transports';

/** One of the two users of a simulated conversation. */
export type Party = 'ana' | 'bo';

/** What does not change during a conversation. */
export interface Setting {
  /** Most tabs that a party has open at once; 2 share the conversation through a simulated election. */
  readonly tabs: 1 | 2;
  /** Messages are stored; without a storage no tab is killed, since its messages would rightly be gone. */
  readonly stored: boolean;
  /** `bo` forwards messages elsewhere, and reports what happened to them. */
  readonly proxied: boolean;
  readonly maxInFlight: number;
  /** What carries messages: a server that keeps them, or broadcast channels between pages, which keep nothing. */
  readonly wire: 'server' | 'pages';
  /** For how long messages are held before they go out, in ms. */
  readonly sendDelay: number;
  /** How many messages the tabs of `bo` load at a time; those of `ana` load 20. */
  readonly pageSize: number;
}

/** One thing that happens. `tab` counts the party's open tabs, modulo their number. */
export type Action =
  | {
      readonly do: 'send' | 'type' | 'clear' | 'look' | 'older' | 'kill' | 'retry' | 'discard';
      readonly party: Party;
      readonly tab: number;
    }
  /** Something happens to a message: `pick` counts those that it may happen to, newest first, modulo their number. */
  | {
      readonly do: 'edit' | 'retract' | 'react' | 'reply';
      readonly party: Party;
      readonly tab: number;
      readonly pick: number;
    }
  | { readonly do: 'attend'; readonly party: Party; readonly tab: number; readonly attentive: boolean }
  | { readonly do: 'open'; readonly party: Party }
  /** All tabs of the party are closed, some of them without a goodbye. */
  | { readonly do: 'closeAll'; readonly party: Party }
  /** The time of day moves by `by` ms. */
  | { readonly do: 'clock'; readonly ms: number }
  | { readonly do: 'link'; readonly party: Party; readonly online: boolean }
  | { readonly do: 'faults'; readonly party: Party; readonly faults: LinkFaults }
  | { readonly do: 'storage'; readonly party: Party; readonly works: boolean }
  | { readonly do: 'sleep'; readonly party: Party; readonly ms: number; readonly timersFirst: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'report'; readonly success: boolean };

/** Everything that makes a conversation: it can be replayed. */
export interface Script {
  /** Seeds the network, the storages' delays and the ids. */
  readonly seed: number;
  readonly setting: Setting;
  readonly actions: readonly Action[];
}

/** What a script may hold besides messages. */
export interface ScriptOptions {
  /** Messages are held, edited, retracted, reacted to and replied to. Default: true. */
  readonly operations?: boolean;
}

/** A script out of a seed: 30 to 90 actions. */
export function createScript(seed: number, random: Random, { operations = true }: ScriptOptions = {}): Script {
  const chance = (probability: number): boolean => random.next() < probability;
  const between = (least: number, most: number): number => least + Math.floor(random.next() * (most - least + 1));
  const stored = chance(0.75);
  const wire = chance(0.4) ? 'pages' : 'server';
  const setting: Setting = {
    tabs: chance(0.4) ? 2 : 1,
    stored,
    proxied: chance(0.2) && wire === 'server',
    maxInFlight: chance(0.7) || wire === 'pages' ? 1 : between(2, 4),
    wire,
    sendDelay: operations && chance(0.25) ? between(500, 10_000) : 0,
    pageSize: seed % 3 === 0 ? 2 : 20,
  };
  const calm = chance(0.2);
  // A message that overtakes another one across a crash has no order that anybody could know.
  const reorders = !stored && setting.maxInFlight === 1 && chance(0.5);
  const party = (): Party => (chance(0.5) ? 'ana' : 'bo');
  const wait = (): Action => ({ do: 'wait', ms: chance(0.6) ? between(1, 400) : between(400, 12_000) });
  const on = (what: 'send' | 'type' | 'clear' | 'look' | 'older' | 'kill' | 'retry' | 'discard') => (): Action => ({
    do: what,
    party: party(),
    tab: between(0, 1),
  });
  const change = (what: 'edit' | 'retract' | 'react' | 'reply') => (): Action => ({
    do: what,
    party: party(),
    tab: between(0, 1),
    pick: between(0, 3),
  });
  const choices: readonly (readonly [weight: number, make: () => Action])[] = [
    [24, on('send')],
    [20, wait],
    [12, on('type')],
    [3, on('clear')],
    [8, on('look')],
    [2, on('older')],
    [3, on('retry')],
    [setting.sendDelay > 0 ? 4 : 1, on('discard')],
    [operations ? 5 : 0, change('edit')],
    [operations ? 2 : 0, change('retract')],
    [operations ? 5 : 0, change('react')],
    [operations ? 2 : 0, change('reply')],
    [3, () => ({ do: 'attend', party: party(), tab: between(0, 1), attentive: chance(0.6) })],
    [stored && !calm ? 5 : 0, on('kill')],
    [7, () => ({ do: 'open', party: party() })],
    [stored && !calm ? 1 : 0, () => ({ do: 'closeAll', party: party() })],
    [2, () => ({ do: 'clock', ms: between(-3_600_000, 3_600_000) })],
    [calm ? 0 : 8, () => ({ do: 'link', party: party(), online: chance(0.6) })],
    [calm ? 0 : 4, () => ({ do: 'faults', party: party(), faults: createFaults(reorders) })],
    [stored && !calm ? 2 : 0, () => ({ do: 'storage', party: party(), works: chance(0.6) })],
    [calm ? 0 : 2, () => ({ do: 'sleep', party: party(), ms: between(1_000, 120_000), timersFirst: chance(0.5) })],
    [setting.proxied ? 12 : 0, () => ({ do: 'report', success: chance(0.8) })],
  ];
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);

  function createFaults(reordering: boolean): LinkFaults {
    return {
      delay: between(0, 300),
      jitter: chance(0.5) ? between(0, 500) : 0,
      // Who has several messages in flight relies on a transport that keeps their order.
      loss: setting.maxInFlight === 1 && chance(0.5) ? random.next() * 0.4 : 0,
      duplication: chance(0.4) ? random.next() * 0.4 : 0,
      reordering,
    };
  }

  function choose(): Action {
    let point = random.next() * total;
    for (const [weight, make] of choices) {
      point -= weight;
      if (point < 0) return make();
    }
    return wait();
  }

  return { seed, setting, actions: Array.from({ length: between(30, 90) }, choose) };
}

/** A script as text: a line for the setting, then one for each action. */
export function printScript({ seed, setting, actions }: Script): string {
  return [`seed ${seed} ${JSON.stringify(setting)}`, ...actions.map((action) => JSON.stringify(action))].join('\n');
}

/** The script of a text that {@link printScript} made. What the setting does not say is as it was before it could. */
export function readScript(text: string): Script {
  const [first = '', ...lines] = text.trim().split('\n');
  const [, seed, setting] = /^seed (\d+) (.*)$/.exec(first) ?? [];
  if (setting === undefined) throw new Error('A script begins with a line "seed <number> <setting>".');
  return {
    seed: Number(seed),
    setting: { sendDelay: 0, pageSize: 20, ...(JSON.parse(setting) as Omit<Setting, 'sendDelay' | 'pageSize'>) },
    actions: lines.map((line) => JSON.parse(line) as Action),
  };
}
