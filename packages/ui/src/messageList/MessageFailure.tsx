'use client';

/** The line below a message that was not sent, with its buttons. */

import { type MessageRecord, useFlow } from '@imflow/react';
import { type MouseEvent, type ReactElement, useMemo } from 'react';
import { failureReason } from '../deliveryTicks/failureReason.ts';
import { Button } from '../internal/Button.tsx';
import { isUnconfirmed } from '../deliveryTicks/tickState.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { createFocusReturn, restingPlace } from '../internal/focusPlaces.ts';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import type { MessageActionName } from './actions/messageAction.ts';
import { discardFrom } from './discardFrom.ts';
import { hasFailed } from './grouping.ts';
import { useMessageList } from './MessageListContext.ts';
import { useRow } from './rowModel.ts';

/** The attributes of a `<div>`, `className` and `render`. */
export type MessageListFailureProps = PartProps<'div'>;

/**
 * The reason why an own message or an operation on it did not arrive, with Retry and Delete. Renders a `<div>`, or nothing
 * if there is no failure.
 */
export function MessageListFailure(props: MessageListFailureProps): ReactElement | null {
  const { record, flow, settings } = useRow();
  if (record.direction !== 'outgoing' || !hasFailed(record)) return null;
  return <MessageFailure {...props} message={record} name={nameOf(settings, flow.remote)} />;
}

interface MessageFailureProps extends MessageListFailureProps {
  readonly message: MessageRecord;
  /** The name of the participant. */
  readonly name: string;
}

export function MessageFailure({ message, name, ...rest }: MessageFailureProps): ReactElement {
  const flow = useFlow();
  const { translations, textDir } = useSettings();
  const { id, status, retryable, retracted, earlierRevisions } = message;
  const leaving = useMemo(() => createFocusReturn((element) => element.closest('article')), []);
  const failed = status === 'failed';
  const reason = failureReason(message, translations, name);
  const label = isUnconfirmed(message) ? 'unconfirmed' : failed ? 'failed' : 'undeliverable';
  const { rowButtons } = useMessageList();
  const hasRetry = failed && retryable !== false;
  const hasDelete = failed && !retracted;
  useIsomorphicLayoutEffect(
    () => rowButtons.add(id, buttonsOf(hasRetry, hasDelete && !earlierRevisions)),
    [rowButtons, id, hasRetry, hasDelete, earlierRevisions],
  );

  function act(event: MouseEvent<HTMLElement>, action: 'retryMessage' | 'discardMessage'): void {
    // The second click of a double click would retry a message that is being sent.
    if (flow.messages.get(id)?.status !== 'failed') return;
    const touched = (event.nativeEvent as PointerEvent).pointerType === 'touch';
    if (action === 'discardMessage') return discardFrom(flow, id, event.currentTarget, touched);
    flow.retryMessage(id);
    // The button is removed with its message.
    restingPlace(flow, event.currentTarget, touched)?.focus({ preventScroll: true });
  }

  return useRenderPart('div', 'failure', {}, rest, {
    ref: leaving,
    children: (
      <>
        <span className="imflow-label" dir={textDir}>
          {translations.failure(translations.ticks[label], reason)}
        </span>
        {hasRetry && <Button onClick={(event) => act(event, 'retryMessage')}>{translations.retry}</Button>}
        {hasDelete && (
          <Button onClick={(event) => act(event, 'discardMessage')}>
            {/* If an edit failed, the edit is discarded, and the text before it is shown again. */}
            {earlierRevisions ? translations.cancel : translations.delete}
          </Button>
        )}
      </>
    ),
  });
}

function buttonsOf(hasRetry: boolean, hasDelete: boolean): readonly MessageActionName[] {
  return [...(hasRetry ? (['retry'] as const) : []), ...(hasDelete ? (['delete'] as const) : [])];
}
