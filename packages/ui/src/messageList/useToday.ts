'use client';

import { useEffect, useState } from 'react';
import { dayAfter, dayOf } from './dates.ts';

/** How long another time zone of the device may go unnoticed, in ms: no browser says that it has changed. */
const MAX_DELAY = 60_000;

/** Midnight before now. Renders again at the next one, also after a sleep and in another time zone. */
export function useToday(): number {
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
    // A timer stands still while a device sleeps.
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return today;
}
