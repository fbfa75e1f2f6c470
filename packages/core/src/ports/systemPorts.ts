/** The clock and the random source of the host. */

import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** The longest delay that hosts keep without an overflow; a longer one fires early and is armed again. */
const MAX_DELAY = 2 ** 31 - 1;

/** The clock of the host. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(callback, delay) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delay), MAX_DELAY));
    return () => clearTimeout(timer);
  },
};

/** The random source of the host; ids are 128 bits in 32 hexadecimal digits. */
export const systemRandom: Random = {
  next: () => Math.random(),
  id() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  },
};
