import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createInstantMessagingFlow, type InstantMessagingFlow, type MessageRecord } from '@imflow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProsody, type XmppServer, startProsody } from '../../../scripts/prosody.mjs';
import { newAccount } from '../test/accounts.ts';
import { until } from '../test/soak.ts';
import { createXmppTransport } from './index.ts';

const PYTHON = '/usr/bin/python3';
const hasSlixmpp = spawnSync(PYTHON, ['-c', 'import slixmpp']).status === 0;

interface Meeting {
  /** Of Ana. */
  readonly flow: InstantMessagingFlow;
  /** The address of the other client. */
  readonly bo: string;
  /** Has the other client do something. */
  tell(line: string): void;
  /** Waits for the other client to print a line. */
  says(line: string): Promise<void>;
  /** Waits for a message that fits. */
  message(fits: (record: MessageRecord) => boolean): Promise<MessageRecord>;
}

describe.skipIf(!hasProsody() || !hasSlixmpp)('a conversation with another client (slixmpp)', () => {
  let server: XmppServer;
  beforeAll(async () => {
    server = await startProsody();
  }, 30_000);
  afterAll(() => server.stop());

  async function meet(talk: (meeting: Meeting) => Promise<void>): Promise<void> {
    const { options, proxy } = await newAccount(server, 'ana');
    const bo = await server.addUser(`bo${options.address.replace(/@.*/, '')}`, 'secret');
    const script = join(import.meta.dirname, '../test/independentClient.py');
    const client = spawn(PYTHON, [script, bo, 'secret', options.address, String(server.tcpPort)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface({ input: client.stdout }).on('line', (line) => lines.push(line));
    const soon = (): number => Date.now() + 10_000;
    const flow = createInstantMessagingFlow({ transport: createXmppTransport(options), remote: bo });
    const records = (): MessageRecord[] =>
      Array.from(flow.messages.order, (id) => flow.messages.get(id)).filter((record) => record !== undefined);
    const says = (line: string): Promise<void> =>
      until(() => lines.includes(line), soon()).catch(() => expect(lines).toContain(line));
    flow.start();
    try {
      await says('ready');
      await until(() => flow.store.getState().state === 'active', soon());
      await talk({
        flow,
        bo,
        says,
        tell: (line) => client.stdin.write(`${line}\n`),
        async message(fits) {
          await until(() => records().some(fits), soon()).catch(() => expect(records()).toContainEqual(fits));
          return records().find(fits)!;
        },
      });
    } finally {
      flow.terminate();
      client.kill('SIGKILL');
      await proxy.close();
    }
  }

  it('B45 B67 B88 works both ways, with typing and receipts', async () => {
    await meet(async ({ flow, bo, tell, says, message }) => {
      const typing: string[] = [];
      flow.on('remoteComposingStateChanged', ({ state }) => typing.push(state));
      const { settled } = flow.sendMessage('Hello <Bo> & co');
      await says('message Hello <Bo> & co');
      expect(await settled).toMatchObject({ status: 'delivered' });

      flow.setLocalComposingState('composing');
      tell('type');
      await until(() => typing.includes('composing'), Date.now() + 10_000);
      await says('typing');

      tell('say Hello Ana');
      const received = await message(({ direction }) => direction === 'incoming');
      expect(received).toMatchObject({ body: 'Hello Ana', sender: bo });
      await says(`receipt ${received.messageId}`);
      expect(typing.at(-1)).toBe('idle');
    });
  }, 40_000);

  it('B269 it reads our edits, retractions, reactions and replies', async () => {
    await meet(async ({ flow, tell, says, message }) => {
      const { id } = flow.sendMessage('helo');
      await says('message helo');
      const edited = flow.editMessage(id, 'hello');
      await says(`correction ${id} hello`);
      expect(await edited.settled).toMatchObject({ status: 'delivered' });
      flow.editMessage(id, 'hello!');
      await says(`correction ${id} hello!`);

      tell('say Tea or coffee?');
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
  }, 40_000);

  it('B270 its edits, retractions, reactions and replies arrive as such', async () => {
    await meet(async ({ flow, bo, tell, says, message }) => {
      const { id } = flow.sendMessage('Tea or coffee?');
      await says('message Tea or coffee?');
      tell(`react ${id} 👍 🎉`);
      const reacted = await message(({ reactions }) => (reactions ?? []).length > 0);
      expect(reacted.reactions).toMatchObject([{ author: bo, emojis: ['👍', '🎉'] }]);
      tell(`reply ${id} Tea.`);
      const reply = await message(({ body }) => body === 'Tea.');
      expect(reply.replyTo).toMatchObject({ id, sender: flow.localAddress });

      tell(`correct ${reply.messageId} Coffee.`);
      await message(({ body }) => body === 'Coffee.');
      tell(`correct ${reply.messageId} Water.`);
      expect(await message(({ body }) => body === 'Water.')).toMatchObject({ id: reply.id });

      tell(`retract ${reply.messageId}`);
      await message(({ retracted }) => retracted !== undefined);
      expect(flow.messages.get(reply.id)).toMatchObject({ body: '' });
      expect(flow.messages.order.length).toBe(2);
    });
  }, 40_000);
});
