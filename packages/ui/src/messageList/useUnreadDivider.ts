'use client';

import { useFlow, useFlowEvent, useFlowState } from '@imflow/react';
import { useEffect, useState } from 'react';
import type { Scroller } from './scroller.ts';
import { firstUnread } from './unread.ts';

/**
 * The message that the "New" line stands before: the first that came while the user did not look, or looked elsewhere
 * in the list. It stays there until the user writes.
 */
export function useUnreadDivider(scroller: Scroller): string | undefined {
  const flow = useFlow();
  const [divider, setDivider] = useState<string>();
  const ready = useFlowState((snapshot) => snapshot.history.ready);
  useEffect(() => setDivider(ready ? firstUnread(flow) : undefined), [flow, ready]);
  useFlowEvent('messageReceived', ({ message }) => {
    const seen = scroller.isAtEnd() && document.visibilityState === 'visible' && document.hasFocus();
    if (!seen && message.direction === 'incoming') setDivider((current) => current ?? message.id);
  });
  useFlowEvent('messageStatusChanged', ({ previousStatus }) => {
    if (previousStatus === 'queued') setDivider(undefined);
  });
  return divider;
}
