import { useFlowState } from '@imflow/react';
import type { ReactElement } from 'react';
import { useWords } from '../settings/SettingsProvider.tsx';

/** One plain line about what this browser refuses. The chat goes on as far as it can. */
export function Trouble(): ReactElement {
  const words = useWords();
  const error = useFlowState((snapshot) => snapshot.error);
  return (
    <output className="trouble">
      {error && (
        <span>
          {error.code === 'storage' ? `${words.conversation.notKept} ` : ''}
          {error.message}
        </span>
      )}
    </output>
  );
}
