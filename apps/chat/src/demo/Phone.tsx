import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import type { ReactElement } from 'react';
import type { Side } from './demo.ts';

/** What one person holds in their hand. */
export function Phone({ side: { me, remote, conversation } }: { side: Side }): ReactElement {
  return (
    <section className="phone" aria-label={`${me.name}’s phone`}>
      <FlowProvider {...conversation}>
        <Chat name={remote.name} />
      </FlowProvider>
    </section>
  );
}
