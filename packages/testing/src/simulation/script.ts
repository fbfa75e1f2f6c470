/** The script of a simulated conversation: created from a seed, printed and read. */

import type { Random } from '@imflow/core';
import type { LinkFaults } from '@imflow/core/transports';

/** One of the two users of a simulated conversation. */
export type SimulatedUserName = 'ana' | 'bo';

/** The conditions of a simulated conversation, which do not change during it. */
export interface SimulationScenario {
  /** The largest number of open tabs of a user; 2 tabs share the conversation through a simulated election. */
  readonly tabs: 1 | 2;
  /** Whether messages are stored. Without a storage no tab is killed, since its messages would be lost. */
  readonly stored: boolean;
  /** Whether `bo` runs in proxied mode: forwards messages, and reports their outcomes. */
  readonly proxied: boolean;
  readonly maxInFlight: number;
  /** `server`: a loopback network that stores messages. `pages`: broadcast channels, which store nothing. */
  readonly network: 'server' | 'pages';
  /** How long messages are held before they are sent, in ms. */
  readonly sendDelay: number;
  /** How many messages the tabs of `bo` load at a time; those of `ana` load 20. */
  readonly pageSize: number;
}

/** One event of a script. `tab` is an index into the user's open tabs, modulo their number. */
export type SimulationAction =
  | {
      readonly do:
        | 'send'
        | 'sendFile'
        | 'type'
        | 'clear'
        | 'markDisplayed'
        | 'loadOlder'
        | 'crash'
        | 'retry'
        | 'discard';
      readonly user: SimulatedUserName;
      readonly tab: number;
    }
  /** `pick` is an index into the messages that allow the operation, newest first, modulo their number. */
  | {
      readonly do: 'edit' | 'retract' | 'react' | 'reply';
      readonly user: SimulatedUserName;
      readonly tab: number;
      readonly pick: number;
    }
  | { readonly do: 'setAttention'; readonly user: SimulatedUserName; readonly tab: number; readonly attentive: boolean }
  | { readonly do: 'open'; readonly user: SimulatedUserName }
  /** All tabs of the user crash. */
  | { readonly do: 'closeAll'; readonly user: SimulatedUserName }
  /** The time of day moves by `ms`. */
  | { readonly do: 'clock'; readonly ms: number }
  | { readonly do: 'link'; readonly user: SimulatedUserName; readonly online: boolean }
  | { readonly do: 'faults'; readonly user: SimulatedUserName; readonly faults: LinkFaults }
  | { readonly do: 'storage'; readonly user: SimulatedUserName; readonly works: boolean }
  | { readonly do: 'sleep'; readonly user: SimulatedUserName; readonly ms: number; readonly timersFirst: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'report'; readonly success: boolean };

/** A simulated conversation that can be replayed. */
export interface SimulationScript {
  /** The seed of the network, of storage delays and of ids. */
  readonly seed: number;
  readonly scenario: SimulationScenario;
  readonly actions: readonly SimulationAction[];
}

/** The kinds of actions in a script. */
export interface ScriptOptions {
  /** Whether messages are also held, edited, retracted, reacted to and replied to, and files are sent. Default: true. */
  readonly operations?: boolean;
  /** How many messages the tabs of `bo` load at a time. Default: 2 for every third seed, 20 for the others. */
  readonly pageSize?: number;
}

/** Creates a random script of 30 to 90 actions. */
export function createScript(
  seed: number,
  random: Random,
  { operations = true, pageSize = seed % 3 === 0 ? 2 : 20 }: ScriptOptions = {},
): SimulationScript {
  const chance = (probability: number): boolean => random.next() < probability;
  const between = (least: number, most: number): number => least + Math.floor(random.next() * (most - least + 1));
  const stored = chance(0.75);
  const network = chance(0.4) ? 'pages' : 'server';
  const scenario: SimulationScenario = {
    tabs: chance(0.4) ? 2 : 1,
    stored,
    proxied: chance(0.2) && network === 'server',
    maxInFlight: chance(0.7) || network === 'pages' ? 1 : between(2, 4),
    network,
    sendDelay: operations && chance(0.25) ? between(500, 10_000) : 0,
    pageSize,
  };
  const calm = chance(0.2);
  // With crashes, no order is defined for a message that overtakes an earlier one.
  const reorders = !stored && scenario.maxInFlight === 1 && chance(0.5);
  const user = (): SimulatedUserName => (chance(0.5) ? 'ana' : 'bo');
  const wait = (): SimulationAction => ({ do: 'wait', ms: chance(0.6) ? between(1, 400) : between(400, 12_000) });
  const on =
    (what: 'send' | 'sendFile' | 'type' | 'clear' | 'markDisplayed' | 'loadOlder' | 'crash' | 'retry' | 'discard') =>
    (): SimulationAction => ({
      do: what,
      user: user(),
      tab: between(0, 1),
    });
  const change = (what: 'edit' | 'retract' | 'react' | 'reply') => (): SimulationAction => ({
    do: what,
    user: user(),
    tab: between(0, 1),
    pick: between(0, 3),
  });
  const choices: readonly (readonly [weight: number, make: () => SimulationAction])[] = [
    [operations ? 20 : 24, on('send')],
    [operations ? 4 : 0, on('sendFile')],
    [20, wait],
    [12, on('type')],
    [3, on('clear')],
    [8, on('markDisplayed')],
    [2, on('loadOlder')],
    [3, on('retry')],
    [scenario.sendDelay > 0 ? 4 : 1, on('discard')],
    [operations ? 5 : 0, change('edit')],
    [operations ? 2 : 0, change('retract')],
    [operations ? 5 : 0, change('react')],
    [operations ? 2 : 0, change('reply')],
    [3, () => ({ do: 'setAttention', user: user(), tab: between(0, 1), attentive: chance(0.6) })],
    [stored && !calm ? 5 : 0, on('crash')],
    [7, () => ({ do: 'open', user: user() })],
    [stored && !calm ? 1 : 0, () => ({ do: 'closeAll', user: user() })],
    [2, () => ({ do: 'clock', ms: between(-3_600_000, 3_600_000) })],
    [calm ? 0 : 8, () => ({ do: 'link', user: user(), online: chance(0.6) })],
    [calm ? 0 : 4, () => ({ do: 'faults', user: user(), faults: createFaults(reorders) })],
    [stored && !calm ? 2 : 0, () => ({ do: 'storage', user: user(), works: chance(0.6) })],
    [calm ? 0 : 2, () => ({ do: 'sleep', user: user(), ms: between(1_000, 120_000), timersFirst: chance(0.5) })],
    [scenario.proxied ? 12 : 0, () => ({ do: 'report', success: chance(0.8) })],
  ];
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);

  function createFaults(reordering: boolean): LinkFaults {
    return {
      delay: between(0, 300),
      jitter: chance(0.5) ? between(0, 500) : 0,
      // Several messages in flight require a transport that keeps their order.
      loss: scenario.maxInFlight === 1 && chance(0.5) ? random.next() * 0.4 : 0,
      duplication: chance(0.4) ? random.next() * 0.4 : 0,
      reordering,
    };
  }

  function choose(): SimulationAction {
    let point = random.next() * total;
    for (const [weight, make] of choices) {
      point -= weight;
      if (point < 0) return make();
    }
    return wait();
  }

  return { seed, scenario, actions: Array.from({ length: between(30, 90) }, choose) };
}

/** Prints a script: a line with the seed and the scenario, then a line for each action. */
export function printScript({ seed, scenario, actions }: SimulationScript): string {
  return [`seed ${seed} ${JSON.stringify(scenario)}`, ...actions.map((action) => JSON.stringify(action))].join('\n');
}

/** Reads a script that {@link printScript} printed. By default, `sendDelay` is 0 and `pageSize` 20. @throws Error for other texts. */
export function readScript(text: string): SimulationScript {
  const [first = '', ...lines] = text.trim().split('\n');
  const [, seed, scenario] = /^seed (\d+) (.*)$/.exec(first) ?? [];
  if (scenario === undefined) throw new Error('A script begins with a line "seed <number> <scenario>".');
  return {
    seed: Number(seed),
    scenario: {
      sendDelay: 0,
      pageSize: 20,
      ...(JSON.parse(scenario) as Omit<SimulationScenario, 'sendDelay' | 'pageSize'>),
    },
    actions: lines.map((line) => JSON.parse(line) as SimulationAction),
  };
}
