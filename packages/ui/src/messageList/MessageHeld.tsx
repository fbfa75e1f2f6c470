'use client';

import { type MessageRecord, useFlow } from '@imflow/react';
import { type MouseEvent, type ReactElement, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from '../internal/Button.tsx';
import { createFocusReturn } from '../internal/focusPlaces.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { viewOf } from '../internal/realm.ts';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import { type MessageActionName } from './actions/messageAction.ts';
import { watchCountdown } from './countdown.ts';
import { discardFrom } from './discardFrom.ts';
import { hasFailed } from './grouping.ts';
import { type MessageListParts, useMessageList } from './MessageListContext.ts';
import { useRow } from './rowModel.ts';

/** The state of the part: `data-*` attributes, and the argument of `className` and `render`. */
export interface MessageListHeldState {
  /** The hold has ended: the part is empty, and as high as before, until the list moves for another message. */
  readonly released: boolean;
}

/** The attributes of a `<div>`, `className` by state, and `render`. */
export type MessageListHeldProps = PartProps<'div', MessageListHeldState>;

const BUTTONS: readonly MessageActionName[] = ['delete'];
const NO_BUTTONS: readonly MessageActionName[] = [];

/**
 * How long an own message is still held (`sendDelay`), with Undo, which returns its text to an empty composer. Once the
 * hold has ended, its line stays empty until the list moves for another message, so that no row moves meanwhile.
 * Renders a `<div>`, or nothing for a message that was not held.
 */
export function MessageListHeld(props: MessageListHeldProps): ReactElement | null {
  const { record, list } = useRow();
  return hasHeldLine(record, list) ? <MessageHeld {...props} message={record} /> : null;
}

/** Whether a message has the line with Undo, or its empty space. A failed message has a different line. */
export function hasHeldLine(
  { id, heldUntil, ...record }: MessageRecord,
  { heldLines }: Pick<MessageListParts, 'heldLines'>,
): boolean {
  return heldUntil !== undefined || (heldLines.has(id) && !hasFailed({ id, ...record }));
}

interface MessageHeldProps extends MessageListHeldProps {
  readonly message: MessageRecord;
}

export function MessageHeld({ message: { id, heldUntil }, ...rest }: MessageHeldProps): ReactElement | null {
  const flow = useFlow();
  const { translations, locale, textDir } = useSettings();
  const { rowButtons, heldLines, scroller } = useMessageList();
  const [seconds, setSeconds] = useState<number>();
  const [height, setHeight] = useState<string>();
  const line = useRef<HTMLDivElement>(null);
  const leaving = useMemo(() => createFocusReturn((element) => element.closest('article')), []);
  const released = heldUntil === undefined;
  const last = useSyncExternalStore(scroller.rows.subscribe, lastShown, lastShown);
  const [lastAtRelease, setLastAtRelease] = useState<string>();
  const isMoving = lastAtRelease !== undefined && last !== lastAtRelease;
  // The list moves for a different message, so the empty line is removed in the same render. Away from the end, it stays.
  const isOver = isMoving && scroller.isAtEnd();
  if (released && (lastAtRelease === undefined || (isMoving && !isOver))) setLastAtRelease(last);

  function lastShown(): string {
    return scroller.rows.get().order.at(-1) ?? '';
  }

  // Before the page is painted: a server does not know the time of the client.
  useIsomorphicLayoutEffect(
    () => (heldUntil === undefined ? undefined : watchCountdown(heldUntil, setSeconds)),
    [heldUntil],
  );
  useIsomorphicLayoutEffect(() => rowButtons.add(id, released ? NO_BUTTONS : BUTTONS), [rowButtons, id, released]);
  useIsomorphicLayoutEffect(() => {
    if (isOver) return undefined;
    heldLines.add(id);
    return () => void heldLines.delete(id);
  }, [heldLines, id, isOver]);
  useIsomorphicLayoutEffect(() => {
    const element = line.current;
    // The length of the text changes every second, and may need one more line.
    if (element && !released) setHeight(viewOf(element)?.getComputedStyle(element).blockSize);
  }, [released, seconds]);

  function undo(event: MouseEvent<HTMLElement>): void {
    const touched = (event.nativeEvent as PointerEvent).pointerType === 'touch';
    discardFrom(flow, id, event.currentTarget, touched);
  }

  const element = useRenderPart('div', 'held', { released }, rest, {
    ref: line,
    style: released ? { blockSize: height } : undefined,
    'aria-hidden': released || undefined,
    children: !released && (
      <>
        <span className="imflow-label" dir={textDir}>
          {seconds !== undefined && translations.sendingIn(numberText(seconds, locale))}
        </span>
        <Button buttonRef={leaving} onClick={undo}>
          {translations.undo}
        </Button>
      </>
    ),
  });
  return isOver ? null : element;
}
