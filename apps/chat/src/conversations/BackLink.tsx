import type { ReactElement } from 'react';
import { Icon } from '../Icon.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';

/** On a phone, the way from the open conversation back to the others. */
export function BackLink(): ReactElement {
  return (
    <a className="icon-button conversations-back" href="#all" aria-label={useWords().conversations.back}>
      <Icon name="back" />
    </a>
  );
}
