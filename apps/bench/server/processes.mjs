// What processes use, from /proc: their time on the processor and their memory.

import { readFileSync, readdirSync } from 'node:fs';

/** A tick of the system's clock, in ms: Linux counts in hundredths of a second for programs, whatever its own clock is. */
const TICK = 10;

/**
 * The time on the processor that a process and its children have used, in ms. A child that has ended counts too, once
 * its parent has waited for it.
 * @param {number} pid
 */
export function processorTime(pid) {
  const all = new Map(
    readdirSync('/proc')
      .flatMap((name) => (/^\d+$/.test(name) ? [statOf(Number(name))] : []))
      .filter((stat) => stat !== undefined)
      .map((stat) => [stat.pid, stat]),
  );
  const root = all.get(pid);
  if (root === undefined) return NaN;
  const children = Array.from(all.values()).filter(({ parent }) => parent === pid);
  return [root, ...children].reduce((sum, { own }) => sum + own, root.ofEndedChildren) * TICK;
}

/** @param {number} pid */
function statOf(pid) {
  try {
    // The name of the program, in brackets, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const [parent = 0, user = 0, system = 0, childrensUser = 0, childrensSystem = 0] = [
      fields[1],
      fields[11],
      fields[12],
      fields[13],
      fields[14],
    ];
    return { pid, parent, own: user + system, ofEndedChildren: childrensUser + childrensSystem };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

/**
 * The memory that a process has for itself alone, in kB: without files and without what the system keeps for its sockets.
 * @param {number} pid
 */
export function anonymousMemory(pid) {
  return Number(
    /^RssAnon:\s+(?<kilobytes>\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.groups?.['kilobytes'],
  );
}
