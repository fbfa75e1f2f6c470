'use client';

/** Announces what happens in a conversation to screen readers. */

import { useFlow } from '@imflow/react';
import { type ReactElement, type RefObject, useEffect, useRef } from 'react';
import { type Politeness, registerAnnouncer } from '../internal/announce.ts';
import { focusPlace } from '../internal/focusPlaces.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { hasFocusIn } from '../internal/realm.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { announce } from './announcements.ts';
import { useSpokenLanguage } from './useSpokenLanguage.ts';

/** The attributes of a `<div>`, `className` and `render`. */
export type AnnouncerProps = Omit<PartProps<'div'>, 'children'>;

/**
 * Announces what happens in the conversation to screen readers, through two live regions: new messages in one sentence
 * a second, typing once a burst, failures at once. It does not announce messages that were there before, or older
 * pages. `MessageList` and `Chat` have one; add it beside your own parts. Renders a visually hidden `<div>`.
 */
export function Announcer(props: AnnouncerProps): ReactElement {
  const flow = useFlow();
  const { language } = useSettings();
  const spoken = useSpokenLanguage();
  const polite = useRef<HTMLDivElement>(null);
  const assertive = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const region = polite.current;
    if (!region) return undefined;
    const isReading = (): boolean => {
      const list = focusPlace('list', flow, region);
      return list !== undefined && hasFocusIn(list);
    };
    const { announce: write, stop } = announce(flow, spoken, writeTo({ polite, assertive }), isReading);
    const unregister = registerAnnouncer(flow, region.ownerDocument, write);
    return () => {
      unregister();
      stop();
    };
  }, [flow, spoken]);
  return useRenderPart('div', 'hidden', {}, props, {
    ...language,
    children: (
      <>
        <div ref={polite} className="imflow-region" aria-live="polite" aria-atomic="true" />
        <div ref={assertive} className="imflow-region" aria-live="assertive" aria-atomic="true" />
      </>
    ),
  });
}

/** Fills live regions. */
export function writeTo(
  regions: Readonly<Partial<Record<Politeness, RefObject<HTMLElement | null>>>>,
): (politeness: Politeness, sentence: string) => void {
  return (politeness, sentence) => {
    const region = regions[politeness]?.current;
    if (region) region.textContent = sentence;
  };
}
