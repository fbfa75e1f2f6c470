'use client';

import { watchAttention } from '@imflow/react';
import { useEffect, useState } from 'react';
import type { Scroller } from './scroll/scroller.types.ts';

/** Whether the "New" line is above the viewport and the reader has not seen it. */
export function useDividerAbove(scroller: Scroller, divider: string | undefined): boolean {
  const [above, setAbove] = useState(false);
  useEffect(() => {
    let attentive = false;
    let passed = false;
    let said: boolean | undefined;
    const look = (): void => {
      const place = divider === undefined ? undefined : scroller.placeOf(divider);
      passed ||= attentive && place === 'in view';
      const now = place === 'above' && !passed;
      if (now !== said) setAbove(now);
      said = now;
    };
    const stops = [
      scroller.watch(look),
      // The observer of the window that shows the list.
      watchAttention((now) => {
        attentive = now;
        look();
      }, scroller.viewport()?.ownerDocument),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [scroller, divider]);
  return above;
}
