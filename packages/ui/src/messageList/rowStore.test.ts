import { createInstantMessagingFlow, TransportFailure } from '@imflow/core';
import { createFakeTransport, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GROUP_GAP } from './grouping.ts';
import { createHighlight } from './highlight.ts';
import { createRowStore, type RowStore } from './rowStore.ts';

/** The data of a row; empty if its message does not exist. */
function shown({ get }: RowStore) {
  return get() ?? {};
}

/** Three own messages, the row store of the second one, and the number of its notifications. */
function watched() {
  const transport = createFakeTransport({ autoAnswer: 'manual' });
  const clock = createVirtualClock();
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock });
  flow.start();
  const [previous, id, next] = ['One', 'Two', 'Three'].map((body) => flow.sendMessage(body).id) as [
    string,
    string,
    string,
  ];
  const highlight = createHighlight();
  const row = createRowStore(flow, { highlight, groupGap: GROUP_GAP }, id, previous, next);
  let told = 0;
  const stop = row.subscribe(() => (told += 1));
  onTestFinished(() => flow.terminate());
  /** The transport's response to the message in flight. Messages are sent one after the other. */
  async function answer(code?: number): Promise<void> {
    await flushMicrotasks();
    const sent = transport.messages.at(-1)!;
    if (code === undefined) sent.accept();
    else sent.fail(new TransportFailure(code, 'no', { retryable: false }));
    await flushMicrotasks();
  }
  return { answer, transport, flow, highlight, row, id, previous, next, stop, told: () => told };
}

describe('the data of a row', () => {
  it('B123 the data of a row is the same object until something that it shows changes', async () => {
    const { answer, flow, highlight, row, id, previous } = watched();
    const first = row.get();
    expect(shown(row)).toMatchObject({ joinsPrevious: true, joinsNext: true, startsDay: false, waiting: false });
    expect(row.get()).toBe(first);
    // A status of the message before it does not concern this row.
    const record = flow.messages.get(previous);
    highlight.show(previous);
    expect(row.get()).toBe(first);
    await answer();
    expect(flow.messages.get(previous)).not.toBe(record);
    await answer();
    expect(row.get()).not.toBe(first);
    expect(row.get()?.record).toBe(flow.messages.get(id));
  });

  it('B123 a row is not rendered when its receipt was sent, which is not shown', async () => {
    const transport = createFakeTransport({ notificationAnswer: 'manual' });
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock: createVirtualClock() });
    flow.start();
    onTestFinished(() => flow.terminate());
    transport.push({
      type: 'message',
      message: { messageId: 'theirs', sender: 'bo', contentType: 'text/plain', body: 'Hello' },
    });
    await flushMicrotasks();
    const row = createRowStore(flow, { highlight: createHighlight(), groupGap: GROUP_GAP }, 'theirs');
    const first = row.get();
    expect(row.get()?.record?.receipt).toBe('owed');
    for (const notification of transport.notifications) notification.accept();
    await flushMicrotasks();
    expect(flow.messages.get('theirs')?.receipt).toBe('sent');
    expect(row.get()).toBe(first);
  });

  it('a row leaves the group of a failed message', async () => {
    const { answer, row, told } = watched();
    await answer(603);
    expect(shown(row)).toMatchObject({ joinsPrevious: false, joinsNext: true });
    expect(told()).toBeGreaterThan(0);
  });

  it('a row shows that it waits for the connection, and is notified of the change', () => {
    const { transport, row, told } = watched();
    const before = told();
    transport.setStatus({ state: 'offline' });
    expect(shown(row)).toMatchObject({ waiting: true });
    expect(told()).toBeGreaterThan(before);
  });

  it('a row is highlighted when the list scrolled to it', () => {
    const { highlight, row, id, told } = watched();
    const before = told();
    highlight.show(id);
    expect(row.get()?.highlighted).toBe(true);
    expect(told()).toBe(before + 1);
  });

  it('the row store unsubscribes with its last listener', async () => {
    const { answer, transport, highlight, row, id, stop, told } = watched();
    stop();
    const before = told();
    await answer();
    await answer();
    transport.setStatus({ state: 'offline' });
    highlight.show(id);
    expect(told()).toBe(before);
    expect(row.get()?.highlighted).toBe(true);
  });

  it('the row of an unknown message is empty, and a row without a predecessor begins a day', () => {
    const { flow, highlight, id } = watched();
    expect(
      createRowStore(flow, { highlight, groupGap: GROUP_GAP }, 'nobody', undefined, undefined).get(),
    ).toBeUndefined();
    const alone = createRowStore(flow, { highlight, groupGap: GROUP_GAP }, id, undefined, undefined);
    expect(shown(alone)).toMatchObject({ joinsPrevious: false, joinsNext: false, startsDay: true });
  });
});
