'use client';

/** The hook that notifies the user of new messages while the page has no attention. */

import type { InstantMessagingFlow, MessageRecord } from '@imflow/core';
import { useEffect, useRef } from 'react';
import { isAttended, shareAttention } from './sharedAttention.ts';
import { listOf } from './useUnreadTitle.ts';
import { watchAttention } from './attention.ts';

/** How the user is notified of messages. */
export interface NotificationsOptions {
  /**
   * Notifies the user of a message, for example with `showSystemNotification`. Need not be stable. An exception is
   * reported as an uncaught error and stops no other notification.
   */
  readonly show: (message: MessageRecord, flow: InstantMessagingFlow) => void;
}

/**
 * Calls `show` for each message that arrives while the user looks neither at this page nor at another of their tabs that
 * uses this hook. Only the leader tab of a conversation calls it, so that each message is shown once. Earlier messages
 * are not shown.
 *
 * @param flows one conversation, or several: keep the array the same while its flows are, as `useFlows` does.
 */
export function useNotifications(
  flows: InstantMessagingFlow | readonly InstantMessagingFlow[],
  { show }: NotificationsOptions,
): void {
  const latest = useRef(show);
  useEffect(() => {
    latest.current = show;
  });
  useEffect(() => {
    let attentive = false;
    const stops = [
      watchAttention((now) => {
        attentive = now;
      }),
    ];

    async function received(flow: InstantMessagingFlow, { id, direction }: MessageRecord): Promise<void> {
      if (direction !== 'incoming' || attentive || flow.store.getState().role === 'follower') return;
      if (await isAttended(lockName(flow))) return;
      const message = flow.messages.get(id);
      // The message was retracted in the meantime, or the user has returned.
      if (message === undefined || message.retracted !== undefined || attentive) return;
      latest.current(message, flow);
    }

    const all = listOf(flows);
    for (const name of new Set(all.map(lockName))) stops.push(shareAttention(name));
    for (const flow of all) stops.push(flow.on('messageReceived', ({ message }) => void received(flow, message)));
    return () => {
      for (const stop of stops) stop();
    };
  }, [flows]);
}

/** The name of the lock of tabs that the user looks at, whichever conversation they show. */
function lockName({ localAddress }: InstantMessagingFlow): string {
  return `imflow:attention:${localAddress}`;
}
