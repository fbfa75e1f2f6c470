'use client';

/** Announces new messages, and own ones that failed, in conversations that are not open. */

import type { InstantMessagingFlow } from '@imflow/react';
import { type ReactElement, useEffect, useRef } from 'react';
import { asTheyAre, newMessages, type Received } from '../announcer/announcements.ts';
import { writeTo } from '../announcer/Announcer.tsx';
import { createLiveRegionWriter } from '../announcer/liveRegionWriter.ts';
import { useSpokenLanguage } from '../announcer/useSpokenLanguage.ts';
import { useSettings } from '../settings/ChatSettings.tsx';

interface ConversationAnnouncerProps {
  readonly flows: readonly InstantMessagingFlow[];
  /** The open conversation, which has its own announcer. */
  readonly selected: InstantMessagingFlow | undefined;
  /** Addresses whose messages are not announced. */
  readonly muted: readonly string[];
}

/** Announces new messages, and own ones that failed, in the conversations that are not open. */
export function ConversationAnnouncer({ flows, selected, muted }: ConversationAnnouncerProps): ReactElement {
  const spoken = useSpokenLanguage();
  const { language } = useSettings();
  const polite = useRef<HTMLDivElement>(null);
  const latest = useRef({ selected, muted });
  useEffect(() => {
    latest.current = { selected, muted };
  });
  useEffect(() => {
    let received: Received[] = [];
    /** The participants to whom own messages failed. */
    const failed = new Set<string>();
    const liveRegions = createLiveRegionWriter(writeTo({ polite }), () => {
      for (const remote of failed) {
        failed.delete(remote);
        return spoken.translations().announce.failedElsewhere(spoken.name(remote));
      }
      const messages = received;
      received = [];
      return newMessages(asTheyAre(messages), spoken, false);
    });
    const stops = flows.flatMap((flow) => [
      flow.on('messageReceived', ({ message }) => {
        if (flow === latest.current.selected || latest.current.muted.includes(flow.remote)) return;
        received.push({ flow, id: message.id });
        liveRegions.requestNext();
      }),
      // A failure is announced in a muted conversation too, since the user sent the message.
      flow.on('messageStatusChanged', ({ message: { status } }) => {
        if (flow === latest.current.selected || (status !== 'failed' && status !== 'undeliverable')) return;
        failed.add(flow.remote);
        liveRegions.requestNext();
      }),
      flow.on('messageChanged', ({ change }) => change === 'retract' && liveRegions.clearPolite()),
    ]);
    return () => {
      for (const stop of stops) stop();
      liveRegions.stop();
    };
  }, [flows, spoken]);
  return (
    <div className="imflow-hidden" {...language}>
      <div ref={polite} className="imflow-region" aria-live="polite" aria-atomic="true" />
    </div>
  );
}
