'use client';

import { useEffect, useState } from 'react';
import { dayAfter, dayOf } from './dates.ts';

/** Midnight before now. Renders again at the next one, also after a sleep. */
export function useToday(): number {
  const [today, setToday] = useState(() => dayOf(Date.now()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const look = (): void => {
      clearTimeout(timer);
      setToday(dayOf(Date.now()));
      timer = setTimeout(look, dayAfter(Date.now()) - Date.now() + 100);
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
