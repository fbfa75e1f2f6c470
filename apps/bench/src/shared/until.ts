/** The longest wait for a condition, in ms. */
const TIMEOUT = 60_000;

/**
 * Waits until a condition holds, and tests it once in each frame.
 * @throws Error after a minute.
 */
export async function until(holds: () => boolean): Promise<void> {
  const started = performance.now();
  while (!holds()) {
    if (performance.now() - started > TIMEOUT) throw new Error('The awaited condition was not met within a minute.');
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
