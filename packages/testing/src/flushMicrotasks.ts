/**
 * Runs pending promise jobs, and those that they schedule, up to `turns` levels (default 100). It does not wait for
 * timers, tasks or I/O.
 */
export async function flushMicrotasks(turns: number = 100): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}
