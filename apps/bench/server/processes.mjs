// Reads the CPU time and the memory of processes from /proc.

import { readFileSync, readdirSync } from 'node:fs';

/** The unit of CPU times in /proc, in ms: Linux reports hundredths of a second, whatever its internal clock is. */
const TICK = 10;

/**
 * The CPU time that a process and its children have used, in ms. A child that has ended counts too, once
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
    // The process has ended in the meantime.
    return undefined;
  }
}

/**
 * The private memory of a process, in kB: without mapped files, and without the memory of the kernel for its sockets.
 * @param {number} pid
 */
export function anonymousMemory(pid) {
  return Number(
    /^RssAnon:\s+(?<kilobytes>\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.groups?.['kilobytes'],
  );
}
