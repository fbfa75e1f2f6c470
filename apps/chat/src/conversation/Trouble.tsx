import { useFlowState } from '@imflow/react';
import type { ReactElement } from 'react';

/** One plain line about what this browser refuses. The chat goes on as far as it can. */
export function Trouble(): ReactElement {
  const error = useFlowState((snapshot) => snapshot.error);
  return (
    <output className="trouble">
      {error && (
        <span>
          {error.code === 'storage' ? 'Messages are not kept: the chat works, but a reload forgets them. ' : ''}
          {error.message}
        </span>
      )}
    </output>
  );
}
