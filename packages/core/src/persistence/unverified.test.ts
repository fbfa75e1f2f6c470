import { createFaultyStorage, createVirtualClock } from '@imflow/testing';
import type { FakeTransportOptions } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow } from '../../test/testFlow.ts';
import { recordAt } from '../../test/bench/longConversation.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ChannelEvent } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

const CONVERSATION = JSON.stringify(['ana', 'bo']);

const THEIRS: MessageRecord = { ...recordAt(1), status: 'delivered', receipt: 'sent' };
const MINE: MessageRecord = { ...recordAt(0), direction: 'outgoing', sender: 'ana', status: 'displayed' };
const LIKED = { reactions: [{ author: 'bo', emojis: ['👍'], id: 'r', sequence: 1 }] } as const;
const EDITED = { body: 'edited', revision: { id: 'e', sequence: 5, at: 1 } } as const;
const RETRACTED = { body: '', revision: { id: 'x', sequence: 9, at: 1 }, retracted: { at: 1 } } as const;

type Unreadable = 'the storage fails' | 'the storage cannot be read' | 'look-ups fail' | 'look-ups take too long';
const ALL: readonly Unreadable[] = [
  'the storage fails',
  'the storage cannot be read',
  'look-ups fail',
  'look-ups take too long',
];

/** A page that loads two later messages, in a device that also stores these. The network repeats messages to it. */
async function openPage(how: Unreadable, stored?: MessageRecord, fake: FakeTransportOptions = {}) {
  let works = false;
  const clock = createVirtualClock();
  const inner = createMemoryStorage();
  await inner.write(CONVERSATION, {
    put: [...(stored === undefined ? [] : [stored]), recordAt(2), recordAt(3)],
    remove: [],
  });
  const storage = createFaultyStorage(
    inner,
    ({ method }) => {
      const isFaulty =
        how === 'the storage fails' ||
        (how === 'the storage cannot be read' ? method === 'open' || method === 'find' : method === 'find');
      if (works || !isFaulty) return undefined;
      return how === 'look-ups take too long' ? { type: 'delay', ms: 20_000 } : { type: 'fail', error: 'no' };
    },
    { clock },
  );
  const page = await createSendingFlow({ storage, clock, fake, template: { pageSize: 2 } });
  return {
    ...page,
    async repeat({ messageId, sender, contentType, body }: MessageRecord): Promise<void> {
      await page.push({ type: 'message', message: { messageId, sender, contentType, body } });
      await clock.advance(6_000);
    },
    async repair(): Promise<void> {
      works = true;
      await clock.advance(120_000);
      page.flow.sendMessage('written');
      await clock.advance(120_000);
    },
    shown: (id: string) => page.flow.messages.get(id),
    async kept({ messageId }: MessageRecord) {
      const found = await inner.find(CONVERSATION, [messageId]);
      return found[0] as MessageRecord | undefined;
    },
  };
}

function edit(record: MessageRecord): ChannelEvent {
  const operation = { kind: 'edit', id: 'e2', sequence: 7, contentType: 'text/plain', body: 'edited again' } as const;
  return { type: 'operation', operation: { ...operation, target: record.messageId, sender: record.sender } };
}

describe.each(ALL)('a message that the network repeats while %s', (how) => {
  it.each([
    ['a retraction', RETRACTED],
    ['an edit', EDITED],
    ['a reaction', LIKED],
  ] as const)('B508 %s of a stored message stays when the network repeats the message', async (_, change) => {
    const page = await openPage(how, { ...THEIRS, ...change });
    await page.repeat(THEIRS);
    await page.repair();
    expect(await page.kept(THEIRS)).toMatchObject({ ...change, order: THEIRS.order });
    const shown = page.shown(THEIRS.id);
    if (shown !== undefined) expect(shown).toMatchObject({ ...change, order: THEIRS.order });
  });

  it('B508 the status of a stored own message stays when the network repeats the message', async () => {
    const page = await openPage(how, MINE);
    await page.repeat(MINE);
    await page.repair();
    expect(await page.kept(MINE)).toMatchObject({ status: 'displayed', order: MINE.order });
  });

  it('B508 a stored message stays one whose receipt was sent and that the application has reported', async () => {
    const page = await openPage(how, { ...THEIRS, outcome: 'success' }, { notificationAnswer: 'manual' });
    await page.repeat(THEIRS);
    await page.repair();
    expect(await page.kept(THEIRS)).toMatchObject({ receipt: 'sent', outcome: 'success', at: THEIRS.at });
  });

  it('B508 a change that comes to a repeated message is stored with those that the storage has', async () => {
    const page = await openPage(how, { ...THEIRS, ...LIKED });
    await page.repeat(THEIRS);
    await page.push(edit(THEIRS));
    await page.repair();
    expect(await page.kept(THEIRS)).toMatchObject({ body: 'edited again', ...LIKED });
  });

  it('B508 a message that the storage does not have is stored with its receipt and its changes', async () => {
    const page = await openPage(how);
    await page.repeat(THEIRS);
    await page.push(edit(THEIRS));
    await page.repair();
    expect(await page.kept(THEIRS)).toMatchObject({ body: 'edited again', receipt: 'sent' });
    expect(page.transport.acknowledgements.map(({ messageId }) => messageId)).toContain(THEIRS.messageId);
  });
});
