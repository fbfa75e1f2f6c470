'use client';

import { type MessageRecord, useFlow } from '@imflow/react';
import { type ReactElement, useEffect, useRef } from 'react';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { textOf } from '../messageBody/plainText.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import { announce } from './announcements.ts';

/** The attributes of a `<div>`, `className` and `render`. */
export type AnnouncerProps = Omit<PartProps<'div'>, 'children'>;

/**
 * Tells a screen reader what happens in the conversation: new messages summed up to one sentence a second, typing once
 * a burst, failures at once. It is silent about what was there before it, and about older pages.
 * `MessageList` and `Chat` have one; put it beside parts of your own. Renders a `<div>`, which nobody sees.
 */
export function Announcer(props: AnnouncerProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const latest = useRef(settings);
  const polite = useRef<HTMLDivElement>(null);
  const assertive = useRef<HTMLDivElement>(null);
  useEffect(() => {
    latest.current = settings;
  });
  useEffect(() => {
    const language = {
      translations: () => latest.current.translations,
      name: (address: string) => nameOf(latest.current, address),
      number: (value: number) => numberText(value, latest.current.locale),
      text(message: MessageRecord) {
        try {
          return textOf(message, latest.current.translations, latest.current.renderers);
        } catch {
          // Translations of the application that throw: the message is announced without its text.
          return undefined;
        }
      },
    };
    return announce(flow, language, (kind, text) => {
      const region = (kind === 'polite' ? polite : assertive).current;
      if (region) region.textContent = text;
    });
  }, [flow]);
  return useRenderPart('div', 'hidden', {}, props, {
    ...settings.language,
    children: (
      <>
        <div ref={polite} className="imflow-region" aria-live="polite" aria-atomic="true" />
        <div ref={assertive} className="imflow-region" aria-live="assertive" aria-atomic="true" />
      </>
    ),
  });
}
