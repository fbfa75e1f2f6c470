import { Announcer, Composer, MessageList, TypingIndicator } from '@imflow/ui';
import '@imflow/ui/styles.css';
import type { ReactElement } from 'react';

export function CompactChat(): ReactElement {
  return (
    <div style={{ display: 'flex', flexDirection: 'column', blockSize: 320 }}>
      <MessageList.Root groupGap={60_000}>
        <MessageList.Viewport>
          <MessageList.HistoryStatus />
          <MessageList.Items />
          <MessageList.Empty render={<p />}>Ask us anything.</MessageList.Empty>
        </MessageList.Viewport>
        <MessageList.ScrollToLatest style={{ insetBlockEnd: 6 }} />
      </MessageList.Root>
      <Announcer />
      <TypingIndicator />
      <Composer.Root enterKey="ctrl-enter">
        <Composer.Note />
        <Composer.Input placeholder="Your question" />
        <Composer.Send className={({ blank }) => (blank ? undefined : 'is-ready')}>Ask</Composer.Send>
      </Composer.Root>
    </div>
  );
}
