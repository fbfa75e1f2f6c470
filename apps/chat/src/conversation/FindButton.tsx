import type { ReactElement } from 'react';
import { Icon } from '../Icon.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';

/** Opens the search in the conversation. */
export function FindButton({ onClick }: { onClick: () => void }): ReactElement {
  const label = useWords().conversation.find;
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      aria-keyshortcuts="Control+F"
      title={label}
      onClick={onClick}
    >
      <Icon name="find" />
    </button>
  );
}
