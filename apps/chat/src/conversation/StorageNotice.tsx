import type { FlowError } from '@imflow/core';
import { useFlowState } from '@imflow/react';
import type { ReactElement } from 'react';
import { useWords } from '../settings/SettingsProvider.tsx';
import type { AppWords } from '../translations/translations.ts';

type Reason = 'noRoom' | 'newerDatabase' | 'noDatabase';

/**
 * The reasons why a browser cannot store messages, by the names of its errors (Indexed Database API 3.0, Web IDL). Other
 * names say too little.
 */
const REASONS: Readonly<Record<string, Reason>> = {
  QuotaExceededError: 'noRoom',
  SecurityError: 'noDatabase',
  NotAllowedError: 'noDatabase',
  InvalidStateError: 'noDatabase',
  // The browser has no IndexedDB.
  ReferenceError: 'noDatabase',
  TypeError: 'noDatabase',
};

/** A line about a feature that this browser refuses. The chat works without it. */
export function StorageNotice(): ReactElement {
  const translations = useWords().conversation;
  const error = useFlowState((snapshot) => snapshot.error);
  return (
    <output className="trouble">
      {error && (
        <span>
          {isOfStorage(error) ? notKept(error, translations) : translations.closed}
          {!isOfStorage(error) && (
            <small lang="en" dir="ltr">
              {error.message}
            </small>
          )}
        </span>
      )}
    </output>
  );
}

function isOfStorage({ code }: FlowError): boolean {
  return code === 'storage' || code === 'outdated';
}

function notKept({ code, cause }: FlowError, translations: AppWords['conversation']): string {
  const reason = code === 'outdated' ? 'newerDatabase' : cause instanceof Error ? REASONS[cause.name] : undefined;
  return reason === undefined ? translations.notKept : `${translations.notKept} ${translations[reason]}`;
}
