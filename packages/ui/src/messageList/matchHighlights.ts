/** Marks matches with the CSS Custom Highlight API, which re-renders no row. */

import { createTextMatcher, foldText, type InstantMessagingFlow } from '@imflow/react';
import { viewOf } from '../internal/realm.ts';
import { rangesOf } from './textRanges.ts';

/** The names of the two highlights in style sheets: all matches, and the current match. */
const NAMES = { all: 'imflow-found', current: 'imflow-found-current' } as const;

/** Whether the browser can mark a text without an element around it. */
export function canHighlight(near: Element): boolean {
  const view = viewOf(near);
  return view?.CSS?.highlights !== undefined && view.Highlight !== undefined;
}

/**
 * Marks a text in the rendered messages, and follows changes of the document.
 *
 * @param list the element with the messages.
 * @returns a function that removes the marks.
 */
export function highlightMatches(
  list: HTMLElement,
  flow: InstantMessagingFlow,
  query: string,
  current: string | undefined,
): () => void {
  const view = viewOf(list);
  if (!view || !canHighlight(list)) return () => undefined;
  const wanted = foldText(query.trim());
  const matches = createTextMatcher(query);
  let undo: (() => void)[] = [];
  let frame = 0;

  function clear(): void {
    for (const each of undo) each();
    undo = [];
  }

  const mark = (): void => {
    frame = 0;
    clear();
    for (const element of list.querySelectorAll<HTMLElement>('[data-message]')) {
      const id = element.dataset['message'] ?? '';
      const text = element.querySelector('[data-message-text]');
      // The text of a tombstone is not that of the message.
      if (!text || !matches(flow.messages.get(id))) continue;
      const name = id === current ? NAMES.current : NAMES.all;
      for (const range of rangesOf(text, wanted)) undo.push(addTo(view, name, range));
    }
  };

  const observer = new view.MutationObserver(() => {
    frame ||= view.requestAnimationFrame(mark);
  });
  observer.observe(list, { childList: true, characterData: true, subtree: true });
  mark();
  return () => {
    observer.disconnect();
    view.cancelAnimationFrame(frame);
    clear();
  };
}

/** Removes ranges of one list only, since other lists of the document share the highlight. */
function addTo({ CSS: { highlights }, Highlight }: Window & typeof globalThis, name: string, range: Range): () => void {
  const highlight = highlights.get(name) ?? new Highlight();
  highlights.set(name, highlight.add(range));
  return () => {
    highlight.delete(range);
    if (highlight.size === 0 && highlights.get(name) === highlight) highlights.delete(name);
  };
}
