import type { HistoryPage } from '@imflow/core';

/** The answer of a server that stores messages: the messages, and their receipts. */
export function newestPage(): HistoryPage {
  return {
    messages: [
      { messageId: 'm1', sender: 'ana', contentType: 'text/plain', body: 'Are you there?', position: '17' },
      { messageId: 'm2', sender: 'bo', contentType: 'text/plain', body: 'Yes.', position: '18' },
    ],
    receipts: [
      { sender: 'bo', messageId: 'm1', outcome: 'delivered', at: 1_700_000_000_000 },
      { sender: 'bo', messageId: 'm1', outcome: 'displayed', at: 1_700_000_002_000 },
    ],
    end: true,
  };
}
