import type { IncomingOperation, MessageOperation } from '@imflow/core';
import {
  arrived,
  check,
  type Checks,
  type ConformancePair,
  connected,
  type Endpoint,
  eventually,
  receivedMessages,
  ofType,
  online,
  doesNotThrow,
  resolved,
  expectEqual,
  sent,
  type TestPair,
  text,
} from './harness.ts';

/** One operation for each kind that the transport supports. */
function operationsOn(pair: ConformancePair, target: string): readonly MessageOperation[] {
  const { edit, retract, react } = pair.ana.capabilities.operations ?? {};
  const head = { target, sequence: 1_700_000_000_200 };
  const operations: MessageOperation[] = [];
  if (edit !== undefined) {
    operations.push({ ...head, id: `${target}-edit`, kind: 'edit', contentType: 'text/plain', body: 'hello again' });
  }
  if (react !== undefined) operations.push({ ...head, id: `${target}-react`, kind: 'react', emojis: ['👍'] });
  if (retract === true) operations.push({ ...head, id: `${target}-retract`, kind: 'retract' });
  return operations;
}

function operationsAt({ events }: Endpoint): readonly IncomingOperation[] {
  return events.flatMap((event) => {
    if (event.type === 'history') return event.operations ?? [];
    return event.type === 'operation' ? [event.operation] : [];
  });
}

/** Sends an operation of Ana, and waits until Bo has received it. */
export async function operate(
  pair: ConformancePair,
  { ana, bo }: TestPair,
  operation: MessageOperation,
  attempt = 1,
): Promise<void> {
  const { channel } = ana;
  check(
    channel.sendOperation !== undefined,
    'capabilities.operations is not empty, but a channel has no sendOperation',
  );
  const sending = doesNotThrow('sendOperation', () => channel.sendOperation?.({ ...operation, attempt }));
  await resolved<unknown>(pair, sending ?? Promise.resolve(), `sendOperation of ${operation.kind}`);
  await eventually(
    pair,
    () => operationsAt(bo).some(({ kind, target }) => kind === operation.kind && target === operation.target),
    `an operation that the transport accepted (${operation.kind}) never arrived`,
  );
}

/** Checks of the conformance suite: operations on messages. */
export const operationChecks: Checks = {
  'operations: arrive as they were sent, with their target, and never as a message': async (pair) => {
    const endpoints = await connected(pair);
    const message = text();
    await sent(pair, endpoints.ana, message);
    await arrived(pair, endpoints.bo, message.messageId);
    for (const operation of operationsOn(pair, message.messageId)) {
      await operate(pair, endpoints, operation);
      const got = operationsAt(endpoints.bo).find(({ kind }) => kind === operation.kind);
      const { sender, target, sequence } = got as IncomingOperation;
      expectEqual(sender, pair.ana.localAddress, `the sender of an operation (${operation.kind})`);
      expectEqual(target, message.messageId, `the target of an operation (${operation.kind})`);
      check(Number.isFinite(sequence), `an operation (${operation.kind}) has no sequence`);
      if (operation.kind === 'edit' && got?.kind === 'edit')
        expectEqual(got.body, operation.body, 'the body of an edit');
      if (operation.kind === 'react' && got?.kind === 'react')
        expectEqual(got.emojis, operation.emojis, 'the reactions');
    }
    await pair.settle();
    const bodies = Array.from(new Set(receivedMessages(endpoints.bo).map(({ body }) => body)));
    expectEqual(bodies, ['hello'], 'the bodies of messages that arrived');
  },

  'operations: the same operation sent again is accepted': async (pair) => {
    const endpoints = await connected(pair);
    const message = text();
    await sent(pair, endpoints.ana, message);
    await arrived(pair, endpoints.bo, message.messageId);
    for (const operation of operationsOn(pair, message.messageId)) {
      await operate(pair, endpoints, operation);
      await operate(pair, endpoints, operation, 2);
    }
    const ids = new Set(operationsAt(endpoints.bo).map(({ kind, id }) => `${kind} ${id}`));
    expectEqual(ids.size, operationsOn(pair, message.messageId).length, 'the number of different operations');
  },

  'operations: an edited message keeps its first text in every redelivery, and the edit arrives as an operation':
    async (pair) => {
      const endpoints = await connected(pair);
      const message = text();
      const { messageId } = message;
      await sent(pair, endpoints.ana, message);
      await arrived(pair, endpoints.bo, messageId);
      const edit = operationsOn(pair, messageId).find(({ kind }) => kind === 'edit');
      if (edit === undefined) return;
      await operate(pair, endpoints, edit);
      pair.cut?.(pair.bo.localAddress);
      await pair.settle();
      pair.restore?.(pair.bo.localAddress);
      await online(pair, pair.bo);
      await pair.settle();
      const { channel } = endpoints.bo;
      const history =
        pair.bo.capabilities.history === true && channel.loadHistory !== undefined
          ? await resolved(pair, channel.loadHistory({ limit: 10 }), 'loadHistory')
          : undefined;
      const messages = [...receivedMessages(endpoints.bo), ...(history?.messages ?? [])];
      const copies = messages.filter((each) => each.messageId === messageId);
      const bodies = new Set(copies.map(({ body }) => body));
      expectEqual([...bodies], ['hello'], 'the bodies under the id of an edited message');
      if (history === undefined) return;
      const isThere = history.operations?.some(({ kind, target }) => kind === 'edit' && target === messageId) === true;
      check(isThere, 'the history has an edited message, but not the edit');
    },

  'operations: a notification for an edit reaches its author, under the id of the edit': async (pair) => {
    const { deliveryNotifications, operations } = pair.ana.capabilities;
    if (!deliveryNotifications || operations?.edit === undefined) return;
    const endpoints = await connected(pair);
    const message = text();
    await sent(pair, endpoints.ana, message);
    await arrived(pair, endpoints.bo, message.messageId);
    const edit = operationsOn(pair, message.messageId).find(({ kind }) => kind === 'edit');
    if (edit === undefined) return;
    await operate(pair, endpoints, edit);
    const id = operationsAt(endpoints.bo).find(({ kind }) => kind === 'edit')?.id ?? '';
    const telling = endpoints.bo.channel.sendNotification({ messageId: id, outcome: 'delivered' });
    await resolved(pair, telling, 'sendNotification about an edit');
    const hasNotification = (): boolean =>
      ofType(endpoints.ana, 'notification').some(({ messageId }) => messageId === edit.id);
    await eventually(pair, hasNotification, 'a notification for an edit never arrived, or has a different id');
  },

  'replies: contain the target of the reply': async (pair) => {
    if (pair.ana.capabilities.operations?.reply !== true) return;
    const { ana, bo } = await connected(pair);
    const message = text('question');
    await sent(pair, bo, message);
    const { messageId } = await arrived(pair, ana, message.messageId);
    const answer = { ...text('answer'), replyTo: { id: messageId, sender: pair.bo.localAddress, excerpt: 'question' } };
    await sent(pair, ana, answer);
    const got = await arrived(pair, bo, answer.messageId);
    expectEqual(got.body, 'answer', 'the body of a reply');
    expectEqual(got.replyTo?.id, messageId, 'the id of the message that a reply quotes');
  },
};
