'use client';

/** The current day, which changes at midnight. */

import { useEffect, useState } from 'react';
import { dayAfter, dayOf } from './dates.ts';

/** The interval of checks for a changed time zone, in ms: no browser reports a change. */
const MAX_DELAY = 60_000;

/**
 * Returns the last midnight. Re-renders at the next one, also after a sleep or a change of the time zone.
 * @param elementOf returns the element that shows the day, once there is one. Keep the function the same.
 */
export function useToday(elementOf: () => Element | null): number {
  const [today, setToday] = useState(() => dayOf(Date.now()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const look = (): void => {
      clearTimeout(timer);
      const now = Date.now();
      setToday(dayOf(now));
      timer = setTimeout(look, Math.min(dayAfter(now) - now + 100, MAX_DELAY));
    };
    look();
    // A timer does not run while the device sleeps.
    const page = elementOf()?.ownerDocument;
    page?.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      page?.removeEventListener('visibilitychange', look);
    };
  }, [elementOf]);
  return today;
}
