'use client';

/** The line below a message that was not sent, with its buttons. */

import { type MessageRecord, useFlow } from '@imflow/react';
import { type MouseEvent, type ReactElement, useMemo } from 'react';
import { failureReason } from '../deliveryTicks/failureReason.ts';
import { Button } from '../internal/Button.tsx';
import { isUnconfirmed } from '../deliveryTicks/tickState.ts';
import { composerOf } from '../internal/composers.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { createFocusReturn, restingPlace } from '../internal/focusPlaces.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { hasFailed } from './grouping.ts';
import { useRow } from './rowModel.ts';

/** The attributes of a `<div>`, `className` and `render`. */
export type MessageListFailureProps = PartProps<'div'>;

/**
 * Why an own message, or what was done to it, did not arrive, with Retry and Delete. Renders a `<div>`, or nothing where there
 * is no failure.
 */
export function MessageListFailure(props: MessageListFailureProps): ReactElement | null {
  const { record, flow, settings } = useRow();
  if (record.direction !== 'outgoing' || !hasFailed(record)) return null;
  return <MessageFailure {...props} message={record} name={nameOf(settings, flow.remote)} />;
}

interface MessageFailureProps extends MessageListFailureProps {
  readonly message: MessageRecord;
  /** Of the participant. */
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

  function act(event: MouseEvent<HTMLElement>, action: 'retryMessage' | 'discardMessage'): void {
    // The second click of a double click finds the message on its way.
    if (flow.messages.get(id)?.status !== 'failed') return;
    if (action === 'retryMessage') flow.retryMessage(id);
    else composerOf(flow, event.currentTarget)?.restore(flow.discardMessage(id));
    // The button goes with its message.
    const touched = (event.nativeEvent as PointerEvent).pointerType === 'touch';
    restingPlace(flow, event.currentTarget, touched)?.focus({ preventScroll: true });
  }

  return useRenderPart('div', 'failure', {}, rest, {
    ref: leaving,
    children: (
      <>
        <span className="imflow-label" dir={textDir}>
          {translations.failure(translations.ticks[label], reason)}
        </span>
        {failed && (
          <>
            {retryable !== false && (
              <Button onClick={(event) => act(event, 'retryMessage')}>{translations.retry}</Button>
            )}
            {!retracted && (
              <Button onClick={(event) => act(event, 'discardMessage')}>
                {/* Of an edited message, the edit goes, and the text before it shows again. */}
                {earlierRevisions ? translations.cancel : translations.delete}
              </Button>
            )}
          </>
        )}
      </>
    ),
  });
}
