'use client';

import { type MessageRecord, useFlow } from '@imflow/react';
import type { MouseEvent, ReactElement } from 'react';
import { focusComposer } from '../internal/composerFocus.ts';
import { useSettings } from '../settings/ChatSettings.tsx';

/** Why an own message did not arrive, and what can be done about it. */
export function MessageFailure({ message, name }: { message: MessageRecord; name: string }): ReactElement {
  const flow = useFlow();
  const { words, wordsDir } = useSettings();
  const { id, status, code, retryable, deliveryFailures } = message;
  const failed = status === 'failed';
  const reason = words.reason(code ?? deliveryFailures[0]?.responseCode, name);

  function act(event: MouseEvent, action: 'retryMessage' | 'discardMessage'): void {
    // The second click of a double click finds the message on its way.
    if (flow.messages.get(id)?.status !== 'failed') return;
    flow[action](id);
    // The button is gone with its message; a touch would bring up the keyboard.
    if ((event.nativeEvent as PointerEvent).pointerType !== 'touch') focusComposer(flow);
  }

  return (
    <div className="imflow-failure">
      <span dir={wordsDir}>{words.failure(words.ticks[failed ? 'failed' : 'undeliverable'], reason)}</span>
      {failed && (
        <>
          {retryable !== false && (
            <button type="button" onClick={(event) => act(event, 'retryMessage')}>
              {words.retry}
            </button>
          )}
          <button type="button" onClick={(event) => act(event, 'discardMessage')}>
            {words.delete}
          </button>
        </>
      )}
    </div>
  );
}
