import type { ReactElement } from 'react';
import { SettingsMenu } from '../settings/SettingsMenu.tsx';

/** The top of a page that is no conversation: the way to the start page, and the settings. */
export function PageHeader(): ReactElement {
  return (
    <header className="page-header">
      <a href="/">imflow</a>
      <SettingsMenu />
    </header>
  );
}
