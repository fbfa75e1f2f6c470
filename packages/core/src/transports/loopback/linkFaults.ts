import { FlowError } from '../../errors/FlowError.ts';
import type { Random } from '../../ports/random.ts';

/** The faults of a link: delay, loss, duplication, reordering. All are off by default. */
export interface LinkFaults {
  /** How long a frame takes, in ms. 0 to 600 000. */
  readonly delay?: number;
  /** The maximum additional delay, uniformly random, in ms. 0 to 600 000. */
  readonly jitter?: number;
  /** The share of frames that are lost. 0 to 1. */
  readonly loss?: number;
  /** The share of frames that arrive twice. 0 to 1. */
  readonly duplication?: number;
  /** Whether frames may overtake each other under jitter. Default false: they keep their order. */
  readonly reordering?: boolean;
}

/** The time of the last arrival on one direction of a link; frames that keep their order come no earlier. */
export interface LinkDirection {
  lastArrival: number;
}

const RANGES = { delay: 600_000, jitter: 600_000, loss: 1, duplication: 1 } as const;

/** A copy of the settings. @throws FlowError `out-of-range` naming option, value and range. */
export function checkFaults(faults: LinkFaults): LinkFaults {
  for (const [option, most] of Object.entries(RANGES)) {
    const value: unknown = faults[option as keyof typeof RANGES];
    if (value === undefined || (typeof value === 'number' && value >= 0 && value <= most)) continue;
    const unit = most === 1 ? '' : ' ms';
    throw new FlowError(
      'out-of-range',
      `${option} is ${typeof value === 'number' ? value : `a ${typeof value}`}, but must be a number from 0 to ${most}${unit}.`,
    );
  }
  return { ...faults };
}

/** The times at which a frame sent now arrives: none (lost), one, or two (duplicated). */
export function crossLink(lane: LinkDirection, faults: LinkFaults, now: number, random: Random): number[] {
  if (happens(faults.loss, random)) return [];
  const arrivals = [arrival(lane, faults, now, random)];
  if (happens(faults.duplication, random)) arrivals.push(arrival(lane, faults, now, random));
  return arrivals;
}

/** The time at which a frame arrives that is neither lost nor reordered. */
export function crossReliably(lane: LinkDirection, faults: LinkFaults, now: number, random: Random): number {
  return arrival(lane, { ...faults, reordering: false }, now, random);
}

function arrival(lane: LinkDirection, faults: LinkFaults, now: number, random: Random): number {
  const jitter = faults.jitter ?? 0;
  const time = now + (faults.delay ?? 0) + (jitter > 0 ? jitter * random.next() : 0);
  const placed = faults.reordering === true ? time : Math.max(time, lane.lastArrival);
  lane.lastArrival = Math.max(placed, lane.lastArrival);
  return placed;
}

function happens(share: number | undefined, random: Random): boolean {
  return share !== undefined && share > 0 && random.next() < share;
}
