import type { ReactElement } from 'react';
import { SettingsMenu } from '../settings/SettingsMenu.tsx';

/** The header of a page without a conversation: a link to the start page, and the settings. */
export function PageHeader(): ReactElement {
  return (
    <header className="page-header">
      <a href="/">imflow</a>
      <SettingsMenu />
    </header>
  );
}
