'use client';

/** Keeps an element in the document until its exit animation has ended. */

import { type RefObject, useState } from 'react';
import { viewOf } from './realm.ts';
import { useIsomorphicLayoutEffect } from './useIsomorphicLayoutEffect.ts';

/** `leaving`: the element is no longer needed, and its exit animation runs. */
export type Presence = 'shown' | 'leaving' | 'gone';

/** The longest exit animation, in ms. */
const MAX_EXIT = 400;

/**
 * Returns whether an element is to be rendered. Without an animation it goes at once.
 *
 * @param wanted whether it is to be seen.
 */
export function usePresence(wanted: boolean, element: RefObject<HTMLElement | null>): Presence {
  const [presence, setPresence] = useState<Presence>(wanted ? 'shown' : 'gone');
  const next = wanted ? 'shown' : presence === 'shown' ? 'leaving' : presence;
  if (next !== presence) setPresence(next);

  useIsomorphicLayoutEffect(() => {
    if (next !== 'leaving') return undefined;
    const leaving = element.current;
    const gone = (): void => setPresence('gone');
    const name = leaving && viewOf(leaving)?.getComputedStyle(leaving).animationName;
    if (!leaving || !name || name === 'none') {
      gone();
      return undefined;
    }
    const ended = ({ target }: Event): void => {
      if (target === leaving) gone();
    };
    // A page that is hidden in the meantime runs none to its end.
    const timer = setTimeout(gone, MAX_EXIT);
    for (const type of ['animationend', 'animationcancel']) leaving.addEventListener(type, ended);
    return () => {
      clearTimeout(timer);
      for (const type of ['animationend', 'animationcancel']) leaving.removeEventListener(type, ended);
    };
  }, [next, element]);

  return next;
}
