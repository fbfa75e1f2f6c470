'use client';

import { type MessageRecord, useFlow } from '@imflow/react';
import { type MouseEvent, type ReactElement, useMemo } from 'react';
import { failureReason } from '../deliveryTicks/failureReason.ts';
import { Button } from '../internal/Button.tsx';
import { isUnconfirmed } from '../deliveryTicks/tickState.ts';
import { createFocusReturn, restingPlace } from '../internal/focusPlaces.ts';
import { useSettings } from '../settings/ChatSettings.tsx';

/** Why an own message did not arrive, and what can be done about it. */
export function MessageFailure({ message, name }: { message: MessageRecord; name: string }): ReactElement {
  const flow = useFlow();
  const { translations, textDir } = useSettings();
  const { id, status, retryable } = message;
  const leaving = useMemo(() => createFocusReturn((element) => element.closest('article')), []);
  const failed = status === 'failed';
  const reason = failureReason(message, translations, name);
  const label = isUnconfirmed(message) ? 'unconfirmed' : failed ? 'failed' : 'undeliverable';

  function act(event: MouseEvent<HTMLElement>, action: 'retryMessage' | 'discardMessage'): void {
    // The second click of a double click finds the message on its way.
    if (flow.messages.get(id)?.status !== 'failed') return;
    flow[action](id);
    // The button goes with its message.
    const touched = (event.nativeEvent as PointerEvent).pointerType === 'touch';
    restingPlace(flow, event.currentTarget, touched)?.focus({ preventScroll: true });
  }

  return (
    <div ref={leaving} className="imflow-failure">
      <span className="imflow-label" dir={textDir}>
        {translations.failure(translations.ticks[label], reason)}
      </span>
      {failed && (
        <>
          {retryable !== false && <Button onClick={(event) => act(event, 'retryMessage')}>{translations.retry}</Button>}
          <Button onClick={(event) => act(event, 'discardMessage')}>{translations.delete}</Button>
        </>
      )}
    </div>
  );
}
