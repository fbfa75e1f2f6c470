'use client';

import { useEffect, useLayoutEffect } from 'react';

/** `useLayoutEffect` without React 18's warning on a server, where neither runs. */
export const useIsomorphicLayoutEffect: typeof useLayoutEffect =
  // oxlint-disable-next-line no-restricted-globals -- Asks only whether there is a document at all.
  typeof document === 'undefined' ? useEffect : useLayoutEffect;
