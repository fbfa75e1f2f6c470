import './plain.css';
import type { ReactElement, ReactNode } from 'react';
import { LANGUAGES } from '../settings/languages.ts';
import { useLanguage } from '../settings/SettingsProvider.tsx';

/** A page with a short message. */
export function MinimalPage({ title, children }: { title: string; children: ReactNode }): ReactElement {
  const { tag } = useLanguage();
  return (
    // Sets language and direction itself, since the settings may be the cause of the error.
    <main className="plain" lang={tag} dir={LANGUAGES[tag].dir}>
      <h1>{title}</h1>
      {children}
    </main>
  );
}
