/** Fills a store with messages that clients have missed. */

import type { Store } from '@imflow/server';

type NewEntry = Parameters<Store['append']>[0][number];

const BATCH = 500;

/** The user whom the messages of a conversation are for, and their author. */
export function namesOf(conversation: number): readonly [recipient: string, author: string] {
  return [`recipient ${conversation}`, `author ${conversation}`];
}

/** @param messages of each conversation, in the order in which people would have sent them: one after another. */
export async function seed(store: Store, conversations: number, messages: number): Promise<void> {
  let batch: NewEntry[] = [];
  const devices = Array.from({ length: conversations }, (_, index) => ({ user: namesOf(index)[0], device: 'device' }));
  await store.signIn(devices, Date.now());
  for (let index = 0; index < messages * conversations; index += 1) {
    const [recipient, author] = namesOf(index % conversations);
    const users = [author, recipient] as const;
    batch.push({
      conversation: JSON.stringify(users),
      users,
      id: `${index}`,
      author,
      device: 'device',
      kind: 'message',
      target: undefined,
      sequence: 0,
      payload: JSON.stringify({ kind: 'message', contentType: 'text/plain', body: 'x'.repeat(140), sentAt: 1 }),
    });
    if (batch.length < BATCH) continue;
    await store.append(batch, Date.now());
    batch = [];
  }
  await store.append(batch, Date.now());
}
