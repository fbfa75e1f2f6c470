'use client';

import { type MessageRecord, useFlow } from '@imflow/react';
import { type MouseEvent, type ReactElement, useMemo, useState } from 'react';
import { Button } from '../internal/Button.tsx';
import { createFocusReturn } from '../internal/focusPlaces.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import { type MessageActionName } from './actions/messageAction.ts';
import { watchCountdown } from './countdown.ts';
import { discardFrom } from './discardFrom.ts';
import { useMessageList } from './MessageListContext.ts';
import { useRow } from './rowModel.ts';

/** The attributes of a `<div>`, `className` and `render`. */
export type MessageListHeldProps = PartProps<'div'>;

const BUTTONS: readonly MessageActionName[] = ['delete'];

/**
 * How long an own message is still held (`sendDelay`), with Undo, which returns its text to an empty composer. Renders
 * a `<div>`, or nothing for a message that is not held.
 */
export function MessageListHeld(props: MessageListHeldProps): ReactElement | null {
  const { record } = useRow();
  const { heldUntil } = record;
  return heldUntil === undefined ? null : <MessageHeld {...props} message={record} until={heldUntil} />;
}

interface MessageHeldProps extends MessageListHeldProps {
  readonly message: MessageRecord;
  /** In ms since the epoch. */
  readonly until: number;
}

export function MessageHeld({ message: { id }, until, ...rest }: MessageHeldProps): ReactElement {
  const flow = useFlow();
  const { translations, locale, textDir } = useSettings();
  const { rowButtons } = useMessageList();
  const [seconds, setSeconds] = useState<number>();
  const leaving = useMemo(() => createFocusReturn((element) => element.closest('article')), []);

  // Before the page is painted: a server does not know the time of the client.
  useIsomorphicLayoutEffect(() => watchCountdown(until, setSeconds), [until]);
  useIsomorphicLayoutEffect(() => rowButtons.add(id, BUTTONS), [rowButtons, id]);

  function undo(event: MouseEvent<HTMLElement>): void {
    const touched = (event.nativeEvent as PointerEvent).pointerType === 'touch';
    discardFrom(flow, id, event.currentTarget, touched);
  }

  return useRenderPart('div', 'held', {}, rest, {
    ref: leaving,
    children: (
      <>
        <span className="imflow-label" dir={textDir}>
          {seconds !== undefined && translations.sendingIn(numberText(seconds, locale))}
        </span>
        <Button onClick={undo}>{translations.undo}</Button>
      </>
    ),
  });
}
