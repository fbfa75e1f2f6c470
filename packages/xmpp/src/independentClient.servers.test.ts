import {
  createInstantMessagingFlow,
  type FileTransfer,
  type InstantMessagingFlow,
  type InstantMessagingFlowTemplate,
  type MessageRecord,
} from '@imflow/core';
import { createFileTransfer, createMemoryFileStore, parseFile } from '@imflow/core/files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmppServer } from '../test/server/prosody.mjs';
import { newAccount } from '../test/accounts.ts';
import { hasSlixmpp, type IndependentClient, startIndependentClient } from '../test/independentClient.ts';
import { MAX_START, servers } from '../test/server/servers.ts';
import { until } from '../test/soak.ts';
import { createXmppTransport } from './index.ts';

interface Meeting extends Omit<IndependentClient, 'stop'> {
  /** The flow of Ana. */
  readonly flow: InstantMessagingFlow;
  /** The address of the other client. */
  readonly bo: string;
  /** Waits for a message that fits. */
  message(fits: (record: MessageRecord) => boolean): Promise<MessageRecord>;
}

describe.each(servers)('a conversation with another client (slixmpp) over $name', { timeout: 90_000 }, (kind) => {
  let server: XmppServer;
  beforeAll(async () => {
    if (kind.isInstalled && hasSlixmpp) server = await kind.start();
  }, MAX_START);
  afterAll(() => server?.stop());

  const test = it.skipIf(!kind.isInstalled || !hasSlixmpp);

  async function meet(
    talk: (meeting: Meeting) => Promise<void>,
    template: InstantMessagingFlowTemplate = {},
    files: { readonly files?: FileTransfer } = {},
  ): Promise<void> {
    const { options, proxy } = await newAccount(server, 'ana');
    const bo = await server.addUser(`bo${options.address.replace(/@.*/, '')}`, 'secret');
    const client = await startIndependentClient(server, bo, 'secret', options.address);
    const soon = (): number => Date.now() + 10_000;
    const flow = createInstantMessagingFlow({
      transport: createXmppTransport(options),
      remote: bo,
      template,
      ...files,
    });
    const records = (): MessageRecord[] =>
      Array.from(flow.messages.order, (id) => flow.messages.get(id)).filter((record) => record !== undefined);
    flow.on('messageReceived', () => undefined);
    flow.start();
    try {
      await until(() => flow.store.getState().state === 'active', soon());
      await talk({
        ...client,
        flow,
        bo,
        async message(fits) {
          await until(() => records().some(fits), soon()).catch(() => expect(records()).toContainEqual(fits));
          return records().find(fits)!;
        },
      });
    } finally {
      flow.terminate();
      client.stop();
      await proxy.close();
    }
  }

  test('B45 B67 B88 the conversation works in both directions, with typing and receipts', async () => {
    await meet(async ({ flow, bo, send, says, message }) => {
      const typing: string[] = [];
      flow.on('remoteComposingStateChanged', ({ state }) => typing.push(state));
      const { settled } = flow.sendMessage('Hello <Bo> & co');
      await says('message Hello <Bo> & co');
      expect(await settled).toMatchObject({ status: 'delivered' });

      flow.setLocalComposingState('composing');
      send('type');
      await until(() => typing.includes('composing'), Date.now() + 10_000);
      await says('typing');

      send('say Hello Ana');
      const received = await message(({ direction }) => direction === 'incoming');
      expect(received).toMatchObject({ body: 'Hello Ana', sender: bo });
      await says(`receipt ${received.messageId}`);
      expect(typing.at(-1)).toBe('idle');
    });
  });

  test('B269 the other client reads edits, retractions, reactions and replies of imflow', async () => {
    await meet(async ({ flow, send, says, message }) => {
      const { id } = flow.sendMessage('helo');
      await says('message helo');
      const edited = flow.editMessage(id, 'hello');
      await says(`correction ${id} hello`);
      expect(await edited.settled).toMatchObject({ status: 'delivered' });
      flow.editMessage(id, 'hello!');
      await says(`correction ${id} hello!`);

      send('say Tea or coffee?');
      const { id: question, messageId } = await message(({ direction }) => direction === 'incoming');
      flow.react(question, ['👍', '🎉']);
      await says(`reactions ${messageId} 🎉 👍`);
      flow.react(question, []);
      await says(`reactions ${messageId}`);
      flow.sendMessage('Tea.', { replyTo: question });
      await says(`reply ${messageId} > Tea or coffee?|Tea.`);

      flow.retractMessage(id);
      await says(`retraction ${id}`);
    });
  });

  test('B414 B415 files of each client appear in the other one', async () => {
    const address = 'https://files.example/sea.png';
    const uploader = { upload: async () => ({ url: address }) };
    const files = createFileTransfer({ uploader, store: createMemoryFileStore(), describe: async () => ({}) });
    await meet(
      async ({ flow, send, says, message }) => {
        flow.sendFile(new File(['abc'], 'sea.png', { type: 'image/png' }));
        await says(`message ${address}`);
        await says(`file ${address}`);
        send(`share ${address}`);
        const shared = await message(({ direction }) => direction === 'incoming');
        expect(parseFile(shared)).toEqual({ name: 'sea.png', type: 'image/png', size: 0, url: address });
      },
      {},
      { files },
    );
  });

  test('B270 edits, retractions, reactions and replies of the other client arrive as such', async () => {
    await meet(async ({ flow, bo, send, says, message }) => {
      const { id } = flow.sendMessage('Tea or coffee?');
      await says('message Tea or coffee?');
      send(`react ${id} 👍 🎉`);
      const reacted = await message(({ reactions }) => (reactions ?? []).length > 0);
      expect(reacted.reactions).toMatchObject([{ author: bo, emojis: ['👍', '🎉'] }]);
      send(`reply ${id} Tea.`);
      const reply = await message(({ body }) => body === 'Tea.');
      expect(reply.replyTo).toMatchObject({ id, sender: flow.localAddress });

      send(`correct ${reply.messageId} Coffee.`);
      await message(({ body }) => body === 'Coffee.');
      send(`correct ${reply.messageId} Water.`);
      expect(await message(({ body }) => body === 'Water.')).toMatchObject({ id: reply.id });

      send(`retract ${reply.messageId}`);
      await message(({ retracted }) => retracted !== undefined);
      expect(flow.messages.get(reply.id)).toMatchObject({ body: '' });
      expect(flow.messages.order.length).toBe(2);
    });
  });

  test('B263 the other client receives an error stanza with the reason of a refusal, at the device that sent the message', async () => {
    await meet(
      async ({ flow, send, saysAfter, says, message }) => {
        send('say Hello Ana');
        const id = await saysAfter('said Hello Ana as ');
        const received = await message(({ body }) => body === 'Hello Ana');
        flow.sendFailureDeliveryNotification(received.id, 480);
        await says(`error ${id} wait recipient-unavailable here`);
      },
      { messageConsumptionMode: 'proxied-to-remote-entity' },
    );
  });

  test('B263 the other client receives an error stanza for a message that arrived while no device could accept it', async () => {
    const { options, proxy, drained } = await newAccount(server, 'ana');
    const bo = await server.addUser(`bo${options.address.replace(/@.*/, '')}`, 'secret');
    let saved: string | undefined;
    const session = { load: () => saved, save: (next: string | undefined) => void (saved = next) };
    const visit = async (): Promise<InstantMessagingFlow> => {
      const flow = createInstantMessagingFlow({
        transport: createXmppTransport({ ...options, session }),
        remote: bo,
        template: { messageConsumptionMode: 'proxied-to-remote-entity' },
      });
      flow.on('messageReceived', ({ message }) => flow.sendFailureDeliveryNotification(message.id, 404));
      flow.start();
      await until(() => flow.store.getState().state === 'active', Date.now() + 10_000);
      return flow;
    };
    const client = await startIndependentClient(server, bo, 'secret', options.address);
    try {
      const first = await visit();
      client.send('say one');
      await client.says(`error ${await client.saysAfter('said one as ')} cancel item-not-found here`);
      await drained();
      const closed = proxy.end();
      first.terminate();
      await closed;
      client.send('say two');
      proxy.restore();
      const second = await visit();
      await client.says(`error ${await client.saysAfter('said two as ')} cancel item-not-found here`);
      second.terminate();
    } finally {
      client.stop();
      await proxy.close();
    }
  });
});
