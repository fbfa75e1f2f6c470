/**
 * Waits until frames have been painted: a separate task after an animation callback runs after the painting.
 */
export async function frames(count: number): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) await painted();
}

/** Resolves in the task after the next frame, with the time at which that frame began. */
export function painted(): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame((time) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => resolve(time));
      port1.start();
      port2.postMessage(0);
    });
  });
}
