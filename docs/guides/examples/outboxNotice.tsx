import { useFlow, useFlowState } from '@imflow/react';
import type { ReactElement } from 'react';

/** The number of messages that have not been sent, and a button that retries failed ones. */
export function OutboxNotice(): ReactElement | null {
  const flow = useFlow();
  const waiting = useFlowState((snapshot) => (!snapshot.canSend ? snapshot.outboxCount : 0));
  const failed = useFlowState((snapshot) => snapshot.failedCount);
  if (waiting + failed === 0) return null;
  return (
    <output>
      {waiting > 0 && <span>{waiting} waiting for the connection. </span>}
      {failed > 0 && (
        <button type="button" onClick={() => flow.retryAll()}>
          Send {failed} again
        </button>
      )}
    </output>
  );
}
