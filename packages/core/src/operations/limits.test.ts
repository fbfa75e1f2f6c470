import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incomingMessage } from '../../test/testFlow.ts';
import type { IncomingOperation } from '../ports/operations.ts';
import type { ChannelEvent } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

const CONVERSATION = JSON.stringify(['ana', 'bo']);
const LIMIT = 262_144;

function edit(id: string, target: string, more: Readonly<Record<string, unknown>>): ChannelEvent {
  const head = { sender: 'bo', id, target, sequence: 1, kind: 'edit', contentType: 'text/plain' };
  return { type: 'operation', operation: { ...head, ...more } as unknown as IncomingOperation };
}

describe('limits of a received edit', () => {
  it('B166 an edit with a body over the limit is refused with 413 and not stored', async () => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage });
    await test.push({ type: 'message', message: incomingMessage('m1') });
    const requestedReceipts = { delivered: true, displayed: true };
    await test.push(edit('e1', 'm1', { body: 'x'.repeat(LIMIT + 1), requestedReceipts }));
    await test.push(edit('e2', 'unknown', { body: 'x'.repeat(LIMIT + 1), requestedReceipts }));
    expect(test.flow.messages.get('m1')).toMatchObject({ body: 'm1' });
    expect(test.diagnostics).toEqual(['message-too-long', 'message-too-long']);
    expect(test.transport.notifications.map(({ notification }) => notification)).toMatchObject([
      { messageId: 'm1', outcome: 'delivered' },
      { messageId: 'e1', outcome: 'failed', code: 413 },
      { messageId: 'e2', outcome: 'failed', code: 413 },
    ]);
    expect(JSON.stringify(await storage.open(CONVERSATION, 9)).length).toBeLessThan(10_000);
  });

  it('B166 an edit in history with a body over the limit is not refused, since each page contains it again', async () => {
    const test = await createSendingFlow();
    const requestedReceipts = { delivered: true, displayed: true };
    const { operation } = edit('e1', 'm1', { body: 'x'.repeat(LIMIT + 1), requestedReceipts }) as {
      readonly operation: IncomingOperation;
    };
    await test.push({
      type: 'history',
      messages: [incomingMessage('m1')],
      operations: [{ ...operation, fromHistory: true }],
    });
    expect(test.flow.messages.get('m1')).toMatchObject({ body: 'm1' });
    expect(test.transport.notifications.some(({ notification }) => notification.outcome === 'failed')).toBe(false);
  });

  it('B166 an edit with a long content type is ignored with a diagnostic', async () => {
    const test = await createSendingFlow();
    await test.push({ type: 'message', message: incomingMessage('m1') });
    await test.push(edit('e1', 'm1', { body: 'new', contentType: `text/${'x'.repeat(2_000)}` }));
    expect(test.flow.messages.get('m1')).toMatchObject({ body: 'm1' });
    expect(test.diagnostics).toHaveLength(1);
  });

  it('B166 edits of unknown messages are kept up to 1 MiB of text in total, the newest first', async () => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage });
    for (let count = 1; count <= 20; count += 1) {
      await test.push(edit(`e${count}`, `m${count}`, { body: `${count} `.padEnd(LIMIT, 'x') }));
    }
    await flushMicrotasks();
    expect(JSON.stringify(await storage.open(CONVERSATION, 9)).length).toBeLessThan(1.1 * 1_048_576);
    await test.push({ type: 'message', message: incomingMessage('m20') });
    expect(test.flow.messages.get('m20')?.body).toMatch(/^20 /);
  });
});
