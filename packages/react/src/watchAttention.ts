/**
 * Tells whether the local user is looking: the document is visible and has the focus. Calls back at once and with
 * each change. Returns a function that stops.
 */
export function watchAttention(listener: (attentive: boolean) => void): () => void {
  const tell = (): void => listener(document.visibilityState === 'visible' && document.hasFocus());
  const targets = [
    [document, 'visibilitychange'],
    [window, 'focus'],
    [window, 'blur'],
  ] as const;
  for (const [target, event] of targets) target.addEventListener(event, tell);
  tell();
  return () => {
    for (const [target, event] of targets) target.removeEventListener(event, tell);
  };
}
