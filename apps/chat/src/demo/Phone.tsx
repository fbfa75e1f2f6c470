import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import type { ReactElement } from 'react';
import { useWords } from '../settings/SettingsProvider.tsx';
import type { Side } from './demo.ts';

/** What one person holds in their hand. */
export function Phone({ side: { me, remote, conversation } }: { side: Side }): ReactElement {
  const words = useWords();
  return (
    <section className="phone" aria-label={words.phoneOf(me.name)}>
      <FlowProvider {...conversation}>
        <Chat name={remote.name} />
      </FlowProvider>
    </section>
  );
}
