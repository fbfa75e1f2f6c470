import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { bodies, createSendingFlow, notification, type TestFlow } from '../../test/testFlow.ts';
import { isEdited, revisionsOf } from '../messages/revisions.ts';
import { TransportFailure } from '../ports/transport.ts';

/** Sends a text, which the transport accepts and the participant reports as delivered. */
async function deliver(test: TestFlow, body: string, outcome?: 'delivered' | 'displayed'): Promise<string> {
  const { id } = test.flow.sendMessage(body);
  test.transport.messages.at(-1)?.accept();
  await flushMicrotasks();
  if (outcome !== undefined) await test.push(notification(id, outcome));
  return id;
}

describe('an edit of a message that has left', () => {
  it('B131 an edit is sent after its message, and the record shows its text and status', async () => {
    const test = await createSendingFlow();
    const { flow, transport, clock } = test;
    const changes: string[] = [];
    flow.on('messageChanged', ({ message, change, author }) => changes.push(`${change} ${author} ${message.body}`));
    const id = await deliver(test, 'helo', 'displayed');
    const { settled } = flow.editMessage(id, 'hello');
    expect(flow.messages.get(id)).toMatchObject({ id, messageId: id, body: 'hello', status: 'sending' });
    expect(changes).toEqual(['edit ana hello']);
    const [edit] = transport.operations;
    const operation = { target: id, kind: 'edit', contentType: 'text/plain', body: 'hello', attempt: 1 };
    expect(edit?.operation).toEqual({ ...operation, id: expect.any(String), sequence: clock.now() });
    edit?.accept();
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('sent');
    await test.push(notification(edit?.operation.id ?? '', 'delivered'));
    expect(flow.messages.get(id)?.status).toBe('delivered');
    expect(await settled).toEqual({ messageId: id, status: 'delivered', deliveryFailures: [] });
    expect(flow.messages.order.length).toBe(1);
  });

  it('B131 an edit waits for the response to its message', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id } = flow.sendMessage('helo');
    flow.editMessage(id, 'hello');
    expect(flow.messages.get(id)).toMatchObject({ body: 'hello', status: 'queued' });
    expect(transport.wire).toEqual(['message:helo']);
    transport.messages[0]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:helo', `edit:${id}`]);
  });

  it('B131 an edited record keeps the earlier texts with their statuses', async () => {
    const test = await createSendingFlow();
    const id = await deliver(test, 'one', 'displayed');
    test.flow.editMessage(id, 'two');
    const record = test.flow.messages.get(id)!;
    expect(isEdited(record)).toBe(true);
    expect(revisionsOf(record).map(({ body, status }) => `${body} ${status}`)).toEqual([
      'one displayed',
      'two sending',
    ]);
  });

  it('B133 of several queued edits only the last one is sent', async () => {
    const test = await createSendingFlow();
    const { flow, transport } = test;
    const id = await deliver(test, 'one');
    transport.setStatus({ state: 'offline' });
    const first = flow.editMessage(id, 'two');
    flow.editMessage(id, 'three');
    expect(await first.settled).toMatchObject({ messageId: id, code: 'discarded' });
    expect(flow.store.getState().outboxCount).toBe(1);
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(transport.operations.map(({ operation }) => operation)).toMatchObject([{ kind: 'edit', body: 'three' }]);
    expect(revisionsOf(flow.messages.get(id)!).map(({ body }) => body)).toEqual(['one', 'three']);
  });

  it('B134 a notification of the first text does not change the status of the second', async () => {
    const test = await createSendingFlow();
    const { flow, transport, push } = test;
    const id = await deliver(test, 'one');
    flow.editMessage(id, 'two');
    transport.operations[0]?.accept();
    await flushMicrotasks();
    await push(notification(id, 'displayed', { upTo: true }));
    const record = flow.messages.get(id)!;
    expect(record).toMatchObject({ body: 'two', status: 'sent' });
    expect(revisionsOf(record).map(({ status }) => status)).toEqual(['displayed', 'sent']);
  });

  it('B134 a read marker without a list for a later message does not cover an edited text', async () => {
    const test = await createSendingFlow();
    const { flow, transport, push } = test;
    const id = await deliver(test, 'one', 'delivered');
    flow.editMessage(id, 'two');
    transport.operations[0]?.accept();
    await flushMicrotasks();
    await push(notification(transport.operations[0]?.operation.id ?? '', 'delivered'));
    const later = await deliver(test, 'later', 'delivered');
    await push(notification(later, 'displayed', { upTo: true }));
    expect(flow.messages.get(later)?.status).toBe('displayed');
    expect(flow.messages.get(id)?.status).toBe('delivered');
  });

  it('B134 a read marker that names the edit counts for its text', async () => {
    const test = await createSendingFlow();
    const { flow, transport, push } = test;
    const id = await deliver(test, 'one', 'delivered');
    flow.editMessage(id, 'two');
    transport.operations[0]?.accept();
    await flushMicrotasks();
    const edit = transport.operations[0]?.operation.id ?? '';
    await push(notification(edit, 'displayed', { upTo: true, messageIds: [edit] }));
    expect(flow.messages.get(id)?.status).toBe('displayed');
    expect(revisionsOf(flow.messages.get(id)!).map(({ status }) => status)).toEqual(['delivered', 'displayed']);
  });

  it('B135 an edit that the network refuses fails, and a retry sends it again under its id', async () => {
    const test = await createSendingFlow();
    const { flow, transport } = test;
    const id = await deliver(test, 'one', 'delivered');
    const { settled } = flow.editMessage(id, 'two');
    transport.operations[0]?.fail(new TransportFailure(486, 'busy', { retryable: false }));
    expect(await settled).toMatchObject({ messageId: id, status: 'failed', code: 'refused', responseCode: 486 });
    expect(flow.messages.get(id)).toMatchObject({ body: 'two', status: 'failed', retryable: true });
    const again = flow.retryMessage(id);
    expect(transport.operations[1]?.operation.id).toBe(transport.operations[0]?.operation.id);
    transport.operations[1]?.accept({ outcome: 'delivered' });
    expect(await again.settled).toMatchObject({ messageId: id, status: 'delivered' });
    expect(bodies(flow)).toEqual(['two']);
  });

  it('B135 a discard of a failed edit restores the earlier text with its tick', async () => {
    const test = await createSendingFlow();
    const { flow, transport } = test;
    const id = await deliver(test, 'one', 'displayed');
    flow.editMessage(id, 'two');
    transport.operations[0]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    await flushMicrotasks();
    expect(flow.discardMessage(id)).toBe('two');
    expect(flow.messages.get(id)).toMatchObject({ body: 'one', status: 'displayed' });
    expect(isEdited(flow.messages.get(id)!)).toBe(false);
    expect(flow.store.getState()).toMatchObject({ outboxCount: 0, failedCount: 0 });
  });

  it('B135 the discard of an edit that may have arrived sends the earlier text as the newest edit', async () => {
    const test = await createSendingFlow();
    const { flow, transport, clock } = test;
    const id = await deliver(test, 'one', 'displayed');
    const { settled } = flow.editMessage(id, 'two');
    await clock.advance(30_000);
    expect(flow.messages.get(id)).toMatchObject({ body: 'two', status: 'failed', code: 408 });
    expect(flow.discardMessage(id)).toBe('two');
    expect(await settled).toMatchObject({ messageId: id, status: 'failed', code: 'timeout' });
    const [first, second] = transport.operations.map(({ operation }) => operation);
    expect(second).toMatchObject({ target: id, kind: 'edit', body: 'one' });
    expect(second?.sequence).toBeGreaterThan(first?.sequence ?? Infinity);
    expect(flow.messages.get(id)).toMatchObject({ body: 'one', status: 'sending' });
    transport.operations[1]?.accept({ outcome: 'delivered' });
    await flushMicrotasks();
    expect(revisionsOf(flow.messages.get(id)!).map(({ body, status }) => `${body} ${status}`)).toEqual([
      'one displayed',
      'one delivered',
    ]);
    expect(flow.store.getState()).toMatchObject({ outboxCount: 0, failedCount: 0 });
  });

  it('B135 the discard of an edit that was requeued without a response and then refused sends the earlier text', async () => {
    const test = await createSendingFlow();
    const { flow, transport } = test;
    const id = await deliver(test, 'one');
    flow.editMessage(id, 'two');
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    transport.operations[1]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    await flushMicrotasks();
    flow.discardMessage(id);
    expect(transport.operations.map(({ operation }) => operation)).toMatchObject([
      { body: 'two' },
      { body: 'two' },
      { body: 'one' },
    ]);
  });

  it('B135 an edit without a response in time fails, and a late response still counts', async () => {
    const test = await createSendingFlow();
    const { flow, transport, clock } = test;
    const id = await deliver(test, 'one', 'displayed');
    flow.editMessage(id, 'two');
    await clock.advance(30_000);
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed', code: 408 });
    transport.operations[0]?.accept();
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('sent');
  });

  it('B116 an edit is sent again once, with the same id, after a reconnect', async () => {
    const test = await createSendingFlow();
    const { flow, transport } = test;
    const id = await deliver(test, 'one');
    flow.editMessage(id, 'two');
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(transport.operations.map(({ operation }) => operation.attempt)).toEqual([1, 2]);
    expect(new Set(transport.operations.map(({ operation }) => operation.id)).size).toBe(1);
  });
});

describe('an edit of a message that has not left', () => {
  it('B132 an edit of a message that has not left changes its text, and only the message is sent', async () => {
    const { flow, transport } = await createSendingFlow();
    transport.setStatus({ state: 'offline' });
    const { id, settled } = flow.sendMessage('helo');
    const edited = flow.editMessage(id, 'hello');
    expect(flow.messages.get(id)).toMatchObject({ body: 'hello', status: 'queued' });
    expect(isEdited(flow.messages.get(id)!)).toBe(false);
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:hello']);
    transport.messages[0]?.accept({ outcome: 'delivered' });
    expect(await edited.settled).toEqual(await settled);
  });

  it('B132 a message that the network refused is edited in place, and a retry sends the new text', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id } = flow.sendMessage('much too long');
    transport.messages[0]?.fail(new TransportFailure(413, 'too large', { retryable: false }));
    await flushMicrotasks();
    expect(await flow.editMessage(id, 'short').settled).toMatchObject({ messageId: id, status: 'failed' });
    expect(flow.messages.get(id)).toMatchObject({ body: 'short', status: 'failed', code: 413 });
    flow.retryMessage(id);
    expect(transport.wire).toEqual(['message:much too long', 'message:short']);
  });
});

describe('an edit of a message that may have arrived, though it failed', () => {
  it('B136 a retry sends a failed message and its edit', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    const { id } = flow.sendMessage('helo');
    await clock.advance(30_000);
    flow.editMessage(id, 'hello');
    expect(flow.messages.get(id)).toMatchObject({ body: 'hello', status: 'failed', code: 408 });
    expect(transport.operations).toEqual([]);
    flow.retryMessage(id);
    transport.messages[1]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:helo', 'message:helo', `edit:${id}`]);
    expect(flow.messages.get(id)).toMatchObject({ body: 'hello', status: 'sending' });
  });

  it('B136 an edit fails with its message', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id } = flow.sendMessage('helo');
    const edit = flow.editMessage(id, 'hello');
    transport.messages[0]?.fail(new TransportFailure(480, 'away', { retryable: false }));
    expect(await edit.settled).toMatchObject({ messageId: id, status: 'failed', responseCode: 480 });
    expect(transport.operations).toEqual([]);
    expect(flow.messages.get(id)).toMatchObject({ body: 'hello', status: 'failed' });
    expect(flow.store.getState().outboxCount).toBe(0);
  });
});
