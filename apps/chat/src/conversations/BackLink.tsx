import type { ReactElement } from 'react';
import { Icon } from '../Icon.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';

/** The link from an open conversation back to the list, on phones. */
export function BackLink(): ReactElement {
  return (
    <a className="icon-button conversations-back" href="#all" aria-label={useWords().conversations.back}>
      <Icon name="back" />
    </a>
  );
}
