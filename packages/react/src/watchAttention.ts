/**
 * Tells whether the local user is looking: the document is visible and has the focus. Calls back at once and with
 * each change. Returns a function that stops.
 */
export function watchAttention(listener: (attentive: boolean) => void): () => void {
  const tell = (): void => listener(document.visibilityState === 'visible' && document.hasFocus());
  const each = (act: 'addEventListener' | 'removeEventListener'): void => {
    document[act]('visibilitychange', tell);
    window[act]('focus', tell);
    window[act]('blur', tell);
  };
  each('addEventListener');
  tell();
  return () => each('removeEventListener');
}
