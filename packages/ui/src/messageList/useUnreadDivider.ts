'use client';

/** Where the "New" line stands. */

import { type InstantMessagingFlow, useFlow } from '@imflow/react';
import { useEffect, useState } from 'react';
import type { Scroller } from './scroll/scroller.types.ts';
import { firstUnread } from './firstUnread.ts';

/**
 * Returns the message below the "New" line: the first that arrived while the user did not look, or looked elsewhere in
 * the list. The line stays until the user writes.
 */
export function useUnreadDivider(scroller: Scroller): string | undefined {
  const flow = useFlow();
  const [divider, setDivider] = useState<string>();
  useEffect(() => watchUnread(flow, scroller, setDivider), [flow, scroller]);
  return divider;
}

function watchUnread(
  flow: InstantMessagingFlow,
  scroller: Scroller,
  place: (update: (current: string | undefined) => string | undefined) => void,
): () => void {
  const lookAtStored = (): void => place((current) => current ?? firstUnread(flow));
  if (flow.store.getState().history.ready) lookAtStored();
  const stops = [
    flow.store.subscribe((now, before) => {
      if (now.history.ready && !before.history.ready) lookAtStored();
    }),
    flow.on('messageReceived', ({ message }) => {
      const page = scroller.viewport()?.ownerDocument;
      const seen = scroller.isAtEnd() && page?.visibilityState === 'visible' && page.hasFocus();
      if (!seen && message.direction === 'incoming') place((current) => current ?? message.id);
    }),
    flow.on('messageStatusChanged', ({ previousStatus }) => {
      if (previousStatus === 'queued') place(() => undefined);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    place(() => undefined);
  };
}
