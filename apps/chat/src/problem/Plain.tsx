import './plain.css';
import type { ReactElement, ReactNode } from 'react';

/** A page of a few words, which are English. */
export function Plain({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <main className="plain" lang="en" dir="ltr">
      <h1>{title}</h1>
      {children}
    </main>
  );
}
