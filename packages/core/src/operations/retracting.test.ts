import { createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming, notification } from '../../test/testFlow.ts';
import type { IncomingOperation } from '../ports/operations.ts';
import { type ChannelEvent, TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

/** An operation on a message, by default of `bo`. */
function operation(more: Readonly<Record<string, unknown>>): ChannelEvent {
  const head = { id: 'o1', target: 'm1', sequence: 1, sender: 'bo', contentType: 'text/plain' };
  return { type: 'operation', operation: { ...head, ...more } as unknown as IncomingOperation };
}

const CONVERSATION = JSON.stringify(['ana', 'bo']);

describe('a retraction', () => {
  it('B137 a retraction erases the text at once, and waits for the transport', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('secret');
    transport.messages[0]?.accept();
    await flushMicrotasks();
    flow.editMessage(id, 'secret, too');
    const retracted = flow.retractMessage(id);
    expect(flow.messages.get(id)).toMatchObject({ body: '', status: 'sending' });
    expect(JSON.stringify(flow.messages.get(id))).not.toContain('secret');
    expect(await settled).toMatchObject({ messageId: id, code: 'retracted' });
    expect(transport.operations.at(-1)?.operation).toMatchObject({ kind: 'retract', target: id });
    transport.operations.at(-1)?.accept({ outcome: 'delivered' });
    expect(await retracted.settled).toEqual({ messageId: id, status: 'delivered', deliveryFailures: [] });
  });

  it('B137 a retraction removes the text from the storage and from the quotes of its replies', async () => {
    const storage = createMemoryStorage();
    const { flow, transport } = await createSendingFlow({ storage, fake: { autoAnswer: { outcome: 'accepted' } } });
    const { id } = flow.sendMessage('secret');
    await flushMicrotasks();
    flow.editMessage(id, 'secret, too');
    flow.sendMessage('what?', { replyTo: id });
    await flushMicrotasks();
    expect(JSON.stringify(await storage.open(CONVERSATION, 50))).toContain('secret');
    flow.retractMessage(id);
    await flushMicrotasks();
    const stored = await storage.open(CONVERSATION, 50);
    expect(JSON.stringify(stored)).not.toContain('secret');
    expect(stored.records).toHaveLength(2);
    expect(transport.operations.map(({ operation: { kind } }) => kind)).toEqual(['edit', 'retract']);
  });

  it('B137 a retraction of a message that has not left discards it', async () => {
    const { flow, transport } = await createSendingFlow();
    transport.setStatus({ state: 'offline' });
    const { id, settled } = flow.sendMessage('secret');
    const retracted = flow.retractMessage(id);
    expect(await retracted.settled).toMatchObject({ messageId: id, code: 'discarded' });
    expect(await settled).toMatchObject({ code: 'discarded' });
    expect(flow.messages.order.length).toBe(0);
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(transport.wire).toEqual([]);
  });

  it('B137 a retracted message keeps its place before later messages, also after a reload', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage });
    const { id } = first.flow.sendMessage('first');
    await flushMicrotasks();
    const { id: second } = first.flow.sendMessage('second');
    first.transport.setStatus({ state: 'offline' });
    first.flow.retractMessage(id);
    await flushMicrotasks();
    first.flow.terminate();
    const fake = { autoAnswer: { outcome: 'accepted' } } as const;
    const { flow, transport } = await createSendingFlow({ storage, fake, seed: 2 });
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:second', `retract:${id}`]);
    expect(Array.from(flow.messages.order)).toEqual([id, second]);
  });

  it('B138 a retraction stops the resending of its message and of a waiting edit', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id } = flow.sendMessage('secret');
    const edited = flow.editMessage(id, 'secret, too');
    transport.setStatus({ state: 'offline' });
    flow.retractMessage(id);
    expect(await edited.settled).toMatchObject({ code: 'retracted' });
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:secret', `retract:${id}`]);
  });
});

describe('an operation of the participant', () => {
  it('B139 an edit of the participant replaces the text in place: not unread again, not received again, and its author is notified', async () => {
    const { flow, transport, push, received } = await createSendingFlow();
    await push(incoming('m1', { body: 'helo' }));
    await push(incoming('m2'));
    flow.markDisplayed('m2');
    await push(operation({ kind: 'edit', body: 'hello' }));
    expect(flow.messages.get('m1')).toMatchObject({ body: 'hello', direction: 'incoming' });
    expect(Array.from(flow.messages.order)).toEqual(['m1', 'm2']);
    expect(received).toHaveLength(2);
    expect(transport.wire).toContain('delivered:o1');
    expect(transport.acknowledgements.map(({ messageId }) => messageId)).toContain('o1');
  });

  it('B139 an edited text is reported as displayed only after the user has seen it', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    await push(incoming('m1'));
    flow.markDisplayed('m1');
    await clock.advance(1_000);
    await push(operation({ kind: 'edit', body: 'hello' }));
    expect(flow.store.getState().unreadCount).toBe(0);
    await clock.advance(1_000);
    expect(transport.wire).not.toContain('displayed:o1');
    flow.markDisplayed('m1');
    await clock.advance(1_000);
    expect(transport.wire.filter((frame) => frame === 'displayed:o1')).toHaveLength(1);
    flow.markDisplayed('m1');
    await clock.advance(1_000);
    expect(transport.wire.filter((frame) => frame === 'displayed:o1')).toHaveLength(1);
  });

  it('B140 a retraction of the participant leaves an empty row that is not unread', async () => {
    const { flow, push } = await createSendingFlow();
    await push(incoming('m1', { body: 'secret' }));
    expect(flow.store.getState().unreadCount).toBe(1);
    await push(operation({ kind: 'retract' }));
    expect(flow.messages.get('m1')).toMatchObject({ body: '', retracted: { at: expect.any(Number) } });
    expect(flow.store.getState().unreadCount).toBe(0);
    await push(operation({ kind: 'edit', id: 'o2', sequence: 9, body: 'secret' }));
    expect(flow.messages.get('m1')?.body).toBe('');
  });

  it('B142 an operation on a message of a different author causes a diagnostic and changes nothing', async () => {
    const { flow, transport, push, diagnostics } = await createSendingFlow();
    const { id } = flow.sendMessage('mine');
    transport.messages[0]?.accept();
    await push(operation({ kind: 'edit', target: id, body: 'theirs' }));
    await push(operation({ kind: 'retract', target: id, id: 'o2' }));
    await push(operation({ kind: 'react', target: id, id: 'o3', sender: 'eve', emojis: ['👍'] }));
    expect(flow.messages.get(id)).toMatchObject({ body: 'mine', status: 'sent' });
    expect(flow.messages.get(id)).not.toHaveProperty('reactions');
    expect(diagnostics).toEqual(['operation-not-by-author', 'operation-not-by-author', 'operation-foreign']);
  });

  it('B143 an operation that arrives before its message waits for it, after a reload too, and is never shown as a message', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage });
    await first.push(operation({ kind: 'retract' }));
    expect(first.flow.messages.order.length).toBe(0);
    await flushMicrotasks();
    first.flow.terminate();
    const { flow, push, received } = await createSendingFlow({ storage });
    await push(incoming('m1', { body: 'secret' }));
    expect(flow.messages.get('m1')).toMatchObject({ body: '', status: 'delivered' });
    expect(received).toEqual([]);
    expect(flow.store.getState().unreadCount).toBe(0);
    await flushMicrotasks();
    expect(JSON.stringify(await storage.open(CONVERSATION, 50))).not.toContain('secret');
  });

  it.each([
    ['edit', 'retract'],
    ['retract', 'edit'],
  ] as const)(
    'B137 B143 an operation on an unknown message leaves no text in the storage: %s, then %s',
    async (...kinds) => {
      const storage = createMemoryStorage();
      const { flow, push } = await createSendingFlow({ storage });
      for (const kind of kinds) await push(operation({ id: kind, kind, body: 'secret' }));
      await push(operation({ id: 'set', kind: 'react', emojis: ['👍'] }));
      expect(JSON.stringify(await storage.open(CONVERSATION, 50))).not.toContain('secret');
      await push(incoming('m1', { body: 'secret' }));
      expect(flow.messages.get('m1')).toMatchObject({ body: '', retracted: {} });
    },
  );

  it.each(['helo', 'hello'])(
    'B151 B152 an operation does not turn a late copy with %j into a different message',
    async (body) => {
      const { flow, push, diagnostics } = await createSendingFlow();
      await push(incoming('m1', { body: 'helo' }));
      await push(operation({ kind: 'edit', body: 'hello' }));
      await push(incoming('m1', { body }));
      expect(flow.messages.order.length).toBe(1);
      expect(flow.messages.get('m1')?.body).toBe('hello');
      expect(diagnostics).toEqual([]);
    },
  );

  it('B153 operations arrive with history, before or after their messages', async () => {
    const { flow, push } = await createSendingFlow();
    const edit = operation({ kind: 'edit', body: 'hello' });
    if (edit.type !== 'operation') return;
    const message = { messageId: 'm1', sender: 'bo', contentType: 'text/plain', body: 'helo' };
    await push({ type: 'history', messages: [], operations: [edit.operation] });
    await push({ type: 'history', messages: [message] });
    expect(flow.messages.get('m1')?.body).toBe('hello');
  });
});

describe('reactions', () => {
  it('B144 reactions are the newest set of each author, and ❤ equals ❤️', async () => {
    const { flow, transport, push, notified } = await createSendingFlow();
    await push(incoming('m1'));
    await push(operation({ kind: 'react', emojis: ['👍', '👍'], sequence: 2 }));
    await push(operation({ kind: 'react', id: 'o0', emojis: ['👎'], sequence: 1 }));
    flow.react('m1', ['❤', '❤️']);
    const reactions = flow.messages.get('m1')?.reactions?.map(({ author, emojis }) => [author, emojis.length]);
    expect(reactions).toEqual([
      ['bo', 1],
      ['ana', 1],
    ]);
    expect(flow.messages.get('m1')?.reactions?.[0]?.emojis).toEqual(['👍']);
    expect(transport.wire).toEqual(['delivered:m1', 'react:m1']);
    expect(notified).toEqual([]);
  });

  it('B144 reactions that the transport refuses are replaced by the earlier ones', async () => {
    const { flow, transport, push } = await createSendingFlow();
    await push(incoming('m1'));
    flow.react('m1', ['👍']);
    transport.operations[0]?.accept();
    await flushMicrotasks();
    const { settled } = flow.react('m1', ['👎']);
    transport.operations[1]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    expect(await settled).toMatchObject({ messageId: 'm1', status: 'failed', code: 'refused' });
    expect(flow.messages.get('m1')?.reactions?.[0]?.emojis).toEqual(['👍']);
  });

  it('B144 reactions that the network returns after the transport accepted them are replaced by the earlier ones', async () => {
    const storage = createMemoryStorage();
    const { flow, transport, push, diagnostics } = await createSendingFlow({
      storage,
      fake: { autoAnswer: { outcome: 'accepted' } },
    });
    await push(incoming('m1'));
    for (const emoji of ['👍', '👎', '🎉']) {
      flow.react('m1', [emoji]);
      await flushMicrotasks();
    }
    const [first, second, third] = transport.operations.map((sent) => sent.operation.id);
    const shown = (): readonly string[] | undefined => flow.messages.get('m1')?.reactions?.[0]?.emojis;
    await push(notification(second ?? '', 'failed', { code: 503, sender: 'eve' }));
    expect(diagnostics).toEqual(['notification-foreign']);
    await push(notification(second ?? '', 'failed', { code: 503 }));
    expect(shown()).toEqual(['🎉']);
    await push(notification(third ?? '', 'failed', { code: 503 }));
    await push(notification(third ?? '', 'failed', { code: 503 }));
    expect(shown()).toEqual(['👍']);
    await push(notification(first ?? '', 'failed', { code: 503 }));
    expect(shown()).toEqual([]);
    // A late copy of a refused set does not restore it, and the next set counts.
    const { operation: late } = transport.operations[2]!;
    await push(operation({ ...late, sender: 'ana' }));
    expect(shown()).toEqual([]);
    flow.react('m1', ['😀']);
    expect(shown()).toEqual(['😀']);
  });

  it('B144 returned reactions are found where their message is stored but not loaded', async () => {
    const [storage, clock] = [createMemoryStorage(), createVirtualClock()];
    const fake = { autoAnswer: { outcome: 'accepted' } } as const;
    const first = await createSendingFlow({ storage, clock, fake });
    await first.push(incoming('m1'));
    for (const emoji of ['👍', '👎']) {
      first.flow.react('m1', [emoji]);
      await flushMicrotasks();
    }
    for (const id of ['m2', 'm3']) await first.push(incoming(id));
    const refused = first.transport.operations[1]?.operation.id ?? '';
    first.flow.terminate();
    const template = { pageSize: 2 };
    const second = await createSendingFlow({ storage, clock, fake, template, seed: 2 });
    expect(second.flow.messages.get('m1')).toBeUndefined();
    await second.push(notification(refused, 'failed', { code: 503 }));
    await second.flow.loadOlder();
    expect(second.flow.messages.get('m1')?.reactions?.[0]?.emojis).toEqual(['👍']);
  });

  it('B145 of several waiting sets of reactions only the last one is sent', async () => {
    const { flow, transport, push } = await createSendingFlow();
    await push(incoming('m1'));
    transport.setStatus({ state: 'offline' });
    for (const emoji of ['👍', '👎', '🎉']) flow.react('m1', [emoji]);
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(transport.operations.map(({ operation: sent }) => sent)).toMatchObject([{ emojis: ['🎉'] }]);
  });
});

describe('operations that wait', () => {
  it('B146 waiting operations are sent after a reload, also where their message is not loaded', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage, fake: { autoAnswer: { outcome: 'accepted' } } });
    const { id } = first.flow.sendMessage('helo');
    await flushMicrotasks();
    for (const body of ['two', 'three']) first.flow.sendMessage(body);
    await flushMicrotasks();
    first.transport.setStatus({ state: 'offline' });
    first.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    first.flow.terminate();
    const second = await createSendingFlow({ storage, template: { pageSize: 1 }, seed: 2 });
    expect(second.flow.messages.get(id)).toBeUndefined();
    expect(second.transport.wire).toEqual([`edit:${id}`]);
    second.transport.operations[0]?.accept();
    await flushMicrotasks();
    await second.push(notification(second.transport.operations[0]?.operation.id ?? '', 'delivered'));
    await flushMicrotasks();
    const [stored] = await storage.find(CONVERSATION, [id]);
    expect(stored).toMatchObject({ body: 'hello', status: 'delivered' });
    expect(second.flow.store.getState().outboxCount).toBe(0);
  });
});

describe('unsupported and invalid operations', () => {
  it('B146 waiting operations are kept and sent where the storage cannot be read at first, though other records are to be stored', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage, fake: { autoAnswer: { outcome: 'accepted' } } });
    const { id } = first.flow.sendMessage('helo');
    await flushMicrotasks();
    first.transport.setStatus({ state: 'offline' });
    first.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    first.flow.terminate();
    let fails = true;
    const open: typeof storage.open = (...given) =>
      fails ? Promise.reject(new Error('The disk is busy.')) : storage.open(...given);
    const second = await createSendingFlow({
      storage: { ...storage, open },
      fake: { autoAnswer: { outcome: 'accepted' } },
      seed: 2,
    });
    await second.push(operation({ kind: 'edit', body: 'new' }));
    await second.push(incoming('m2'));
    fails = false;
    await second.clock.advance(60_000);
    expect(second.transport.operations.map((sent) => sent.operation)).toMatchObject([{ kind: 'edit', body: 'hello' }]);
    expect(second.flow.messages.get(id)).toMatchObject({ body: 'hello', status: 'sent' });
    await second.push(incoming('m1'));
    expect(second.flow.messages.get('m1')?.body).toBe('new');
  });

  it('B148 an operation that the transport does not support is refused in its result and changes nothing', async () => {
    const { flow, transport, push } = await createSendingFlow({
      fake: { capabilities: { operations: { edit: 'last' } } },
    });
    const { id: first } = flow.sendMessage('one');
    transport.messages[0]?.accept();
    await flushMicrotasks();
    flow.sendMessage('two');
    await push(incoming('m1'));
    for (const { settled } of [flow.editMessage(first, 'uno'), flow.retractMessage(first), flow.react('m1', ['👍'])]) {
      expect(await settled).toMatchObject({ code: 'unsupported' });
    }
    expect(flow.messages.get(first)?.body).toBe('one');
    expect(transport.operations).toEqual([]);
    expect(() => flow.sendMessage('re', { replyTo: first })).toThrow('does not support replies');
  });

  it('B148 B273 the operations that a participant supports are those that the transport reports at the moment', async () => {
    const { flow, transport, push } = await createSendingFlow();
    await push(incoming('m1'));
    expect(flow.operations).toEqual(transport.capabilities.operations);
    Object.assign(transport, { operationsFor: (remote: string) => (remote === 'bo' ? { react: 'one' } : {}) });
    expect(flow.operations).toEqual({ react: 'one' });
    expect(() => flow.react('m1', ['👍', '🎉'])).toThrow('at most 1');
    expect(() => flow.sendMessage('re', { replyTo: 'm1' })).toThrow('does not support replies');
    Object.assign(transport, {
      operationsFor: () => {
        throw new Error('broken');
      },
    });
    expect(flow.operations).toEqual(transport.capabilities.operations);
  });

  it('B149 an invalid operation throws at the call', async () => {
    const { flow, push } = await createSendingFlow();
    await push(incoming('m1'));
    expect(() => flow.editMessage('nothing', 'x')).toThrow("no message 'nothing'");
    expect(() => flow.editMessage('m1', 'x')).toThrow('is not an own one');
    expect(() => flow.retractMessage('m1')).toThrow('is not an own one');
    expect(() => flow.react('m1', 'x' as never)).toThrow('emojis');
    expect(() =>
      flow.react(
        'm1',
        Array.from({ length: 21 }, (_, index) => `e${index}`),
      ),
    ).toThrow('at most 20');
    await push(operation({ kind: 'retract' }));
    expect(() => flow.react('m1', ['👍'])).toThrow('was retracted');
  });

  it.each(['before', 'after'])(
    'B150 a reply loses its quote but not its message where the retraction comes %s it',
    async (order) => {
      const storage = createMemoryStorage();
      const { flow, push } = await createSendingFlow({ storage });
      const replyTo = { id: 'lost', sender: 'bo', excerpt: 'secret' };
      const retraction = operation({ target: 'lost', kind: 'retract' });
      if (order === 'before') await push(retraction);
      await push(incoming('m2', { replyTo }));
      if (order === 'after') await push(retraction);
      expect(flow.messages.get('m2')?.replyTo).toEqual({ ...replyTo, excerpt: '' });
      expect(JSON.stringify(await storage.open(CONVERSATION, 50))).not.toContain('secret');
    },
  );

  it('B150 a reply keeps its quote if a user other than the author retracts the quoted message', async () => {
    const { flow, push } = await createSendingFlow();
    const replyTo = { id: 'lost', sender: 'ana', excerpt: 'mine' };
    await push(incoming('m2', { replyTo }));
    await push(operation({ target: 'lost', kind: 'retract' }));
    expect(flow.messages.get('m2')?.replyTo).toEqual(replyTo);
  });

  it('B150 a reply names its message and quotes its beginning', async () => {
    const { flow, transport, push } = await createSendingFlow();
    await push(incoming('m1', { body: 'hello' }));
    const { id } = flow.sendMessage('hi', { replyTo: 'm1' });
    const replyTo = { id: 'm1', sender: 'bo', excerpt: 'hello' };
    expect(flow.messages.get(id)?.replyTo).toEqual(replyTo);
    expect(transport.messages[0]?.message.replyTo).toEqual(replyTo);
    transport.messages[0]?.accept();
    await flushMicrotasks();
    // For a transport whose edits replace the whole message.
    flow.editMessage(id, 'hi there');
    expect(transport.operations[0]?.operation).toMatchObject({ kind: 'edit', body: 'hi there', replyTo });
    await push(operation({ kind: 'retract' }));
    expect(flow.messages.get(id)?.replyTo).toEqual({ ...replyTo, excerpt: '' });
  });
});
