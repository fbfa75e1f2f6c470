import '@imflow/ui/styles.css';
import type { ReactElement, ReactNode } from 'react';

export const metadata = { title: 'My chat' };
export const viewport = { viewportFit: 'cover', interactiveWidget: 'resizes-content' } as const;

export default function Layout({ children }: { children: ReactNode }): ReactElement {
  return (
    <html lang="en" data-theme="system">
      <body style={{ margin: 0 }}>{children}</body>
    </html>
  );
}
