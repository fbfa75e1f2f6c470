import type { ChannelEvent, MessageOperation } from '@imflow/core';
import { expect, it } from 'vitest';
import { createFakeBridge, type FakeBridge, said } from '../test/fakeBridge.ts';

type Act =
  | Pick<Extract<MessageOperation, { readonly kind: 'edit' }>, 'kind' | 'contentType' | 'body'>
  | { readonly kind: 'retract' }
  | { readonly kind: 'react'; readonly emojis: readonly string[] };

function operationEvent(sender: string, target: string, act: Act): ChannelEvent {
  return { type: 'operation', operation: { id: `o-${act.kind}`, target, sequence: 1, sender, ...act } };
}

/** Forwards a message of Bo to Ana. Returns its id on Ana's side. */
async function forwardMessage({ bos, anas, clock }: FakeBridge): Promise<string> {
  bos.push(said('bo', 'm1', 'helo'));
  await clock.advance(0);
  anas.messages[0]?.accept({ outcome: 'delivered' });
  await clock.advance(0);
  return anas.messages[0]?.message.messageId ?? '';
}

const EDIT: Act = { kind: 'edit', contentType: 'text/plain', body: 'hello' };

it.each([EDIT, { kind: 'react', emojis: ['👍'] }, { kind: 'retract' }] as const)(
  'B276 an operation on an own message ($kind) is repeated on the other side',
  async (act) => {
    const test = await createFakeBridge();
    const target = await forwardMessage(test);
    test.bos.push(operationEvent('bo', 'm1', act));
    await test.clock.advance(0);
    expect(test.anas.operations.map(({ operation }) => operation)).toMatchObject([{ ...act, target }]);
    expect(test.bos.operations).toEqual([]);
    expect(test.diagnostics).toEqual([]);
  },
);

it('B276 a reaction to a message of the other side applies to the original message', async () => {
  const test = await createFakeBridge();
  const target = await forwardMessage(test);
  test.anas.push(operationEvent('ana', target, { kind: 'react', emojis: ['🎉'] }));
  await test.clock.advance(0);
  expect(test.bos.operations.map(({ operation }) => operation)).toMatchObject([
    { kind: 'react', target: 'm1', emojis: ['🎉'] },
  ]);
});

it('B276 an operation that the other side does not support causes a diagnostic and changes nothing there', async () => {
  const test = await createFakeBridge();
  Object.assign(test.anas, { operationsFor: () => ({}) });
  await forwardMessage(test);
  for (const act of [EDIT, { kind: 'react', emojis: ['👍'] }, { kind: 'retract' }] as const) {
    test.bos.push(operationEvent('bo', 'm1', act));
    await test.clock.advance(0);
  }
  expect(test.anas.operations).toEqual([]);
  expect(test.diagnostics).toEqual(['operation-dropped', 'operation-dropped', 'operation-dropped']);
});

it('B342 an operation on a message from before the flows were renewed causes a diagnostic and changes nothing', async () => {
  const test = await createFakeBridge(1);
  await forwardMessage(test);
  await test.clock.advance(1_000);
  expect(test.bridge.counts.renewals).toBe(1);
  for (const act of [EDIT, { kind: 'react', emojis: ['👍'] }, { kind: 'retract' }] as const) {
    test.bos.push(operationEvent('bo', 'm1', act));
    await test.clock.advance(0);
  }
  expect(test.anas.operations).toEqual([]);
  expect(test.diagnostics).toEqual(['operation-dropped', 'operation-dropped', 'operation-dropped']);
});

const answer = (sender: string, id: string, messageId = 'a1'): ChannelEvent => ({
  type: 'message',
  message: {
    messageId,
    sender,
    contentType: 'text/plain',
    body: 'yes',
    replyTo: { id, sender: 'somebody', excerpt: 'the first words' },
  },
});

it('B277 a reply refers to the same message on the other side, in both directions', async () => {
  const test = await createFakeBridge();
  const target = await forwardMessage(test);
  test.bos.push(answer('bo', 'm1'));
  await test.clock.advance(0);
  expect(test.anas.messages[1]?.message).toMatchObject({ body: 'yes', replyTo: { id: target, excerpt: 'helo' } });
  test.anas.push(answer('ana', target));
  await test.clock.advance(0);
  expect(test.bos.messages[0]?.message).toMatchObject({ body: 'yes', replyTo: { id: 'm1', excerpt: 'helo' } });
  expect(test.diagnostics).toEqual([]);
});

it('B277 a reply that the other side does not support, or to an unknown message, is sent as a plain message, with a diagnostic', async () => {
  const test = await createFakeBridge();
  await forwardMessage(test);
  test.bos.push(answer('bo', 'never-seen'));
  await test.clock.advance(0);
  test.anas.messages[1]?.accept({ outcome: 'delivered' });
  Object.assign(test.anas, { operationsFor: () => ({}) });
  test.bos.push(answer('bo', 'm1', 'a2'));
  await test.clock.advance(0);
  const [, first, second] = test.anas.messages.map(({ message }) => message);
  expect(first).toMatchObject({ body: 'yes' });
  expect(first).not.toHaveProperty('replyTo');
  expect(second).toMatchObject({ body: 'yes' });
  expect(second).not.toHaveProperty('replyTo');
  expect(test.diagnostics).toEqual(['reply-dropped', 'reply-dropped']);
});
