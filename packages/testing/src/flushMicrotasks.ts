/**
 * Lets the promise jobs run that are due, and those that follow from them, up to `turns` deep (default 100).
 * It waits for no timer, no task and no input or output.
 */
export async function flushMicrotasks(turns: number = 100): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}
