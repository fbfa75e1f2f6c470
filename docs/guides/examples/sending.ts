import type { InstantMessagingFlow, SendInstantMessageResult } from '@imflow/core';

// #region settled
/** Sends an order, and returns a sentence for the customer. */
export async function order(flow: InstantMessagingFlow, text: string): Promise<string> {
  const { id, settled } = flow.sendMessage(text); // in the list at once, with this id
  const result = await settled; // never rejects
  return `${id}: ${explain(result)}`;
}

function explain({ status, code, responseCode }: SendInstantMessageResult): string {
  if (status === 'delivered' || status === 'displayed') return 'it arrived';
  if (status === 'undeliverable') return `it was refused (${responseCode ?? 'no reason given'})`;
  if (status === 'failed') return code === 'timeout' ? 'there was no answer; it may be sent again' : 'it did not leave';
  return 'it is on its way';
}
// #endregion

// #region watch
/** Writes each status of an own message. */
export function record(flow: InstantMessagingFlow, write: (line: string) => void): () => void {
  return flow.on('messageStatusChanged', ({ message, previousStatus }) => {
    const after = (message.timestamps[message.status] ?? message.at) - message.at;
    write(`${message.body}: ${previousStatus} -> ${message.status} after ${after} ms`);
  });
}
// #endregion
