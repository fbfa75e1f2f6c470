import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import type { ReactElement } from 'react';
import { useWords } from '../settings/SettingsProvider.tsx';
import type { Side } from './demo.ts';

/** The phone of one user in the demo. */
export function Phone({ side: { me, remote, conversation } }: { side: Side }): ReactElement {
  const translations = useWords();
  return (
    <section className="phone" aria-label={translations.phoneOf(me.name)}>
      <FlowProvider {...conversation}>
        <Chat name={remote.name} />
      </FlowProvider>
    </section>
  );
}
