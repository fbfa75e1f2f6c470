import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createInstantMessagingFlow } from '@imflow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProsody, type XmppServer, startProsody } from '../../../scripts/prosody.mjs';
import { newAccount } from '../test/accounts.ts';
import { until } from '../test/soak.ts';
import { createXmppTransport } from './index.ts';

const PYTHON = '/usr/bin/python3';
const hasSlixmpp = spawnSync(PYTHON, ['-c', 'import slixmpp']).status === 0;

describe.skipIf(!hasProsody() || !hasSlixmpp)('a conversation with another client (slixmpp)', () => {
  let server: XmppServer;
  beforeAll(async () => {
    server = await startProsody();
  }, 30_000);
  afterAll(() => server.stop());

  it('B45 B67 B88 works both ways, with typing and receipts', async () => {
    const { options, proxy } = await newAccount(server, 'ana');
    const bo = await server.addUser('bo', 'secret');
    const script = join(import.meta.dirname, '../test/independentClient.py');
    const client = spawn(PYTHON, [script, bo, 'secret', options.address, String(server.tcpPort)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface({ input: client.stdout }).on('line', (line) => lines.push(line));
    const says = (line: string) => until(() => lines.includes(line), Date.now() + 10_000);
    const flow = createInstantMessagingFlow({ transport: createXmppTransport(options), remote: bo });
    const typing: string[] = [];
    flow.on('remoteComposingStateChanged', ({ state }) => typing.push(state));
    flow.start();
    try {
      await says('ready');
      await until(() => flow.store.getState().state === 'active', Date.now() + 10_000);
      const { settled } = flow.sendMessage('Hello <Bo> & co');
      await says('message Hello <Bo> & co');
      expect(await settled).toMatchObject({ status: 'delivered' });

      flow.setLocalComposingState('composing');
      client.stdin.write('type\n');
      await until(() => typing.includes('composing'), Date.now() + 10_000);
      await says('typing');

      client.stdin.write('say Hello Ana\n');
      const received = () =>
        Array.from(flow.messages.order, (id) => flow.messages.get(id)).find(
          (record) => record?.direction === 'incoming',
        );
      await until(() => received() !== undefined, Date.now() + 10_000);
      expect(received()).toMatchObject({ body: 'Hello Ana', sender: bo });
      await says(`receipt ${received()?.messageId}`);
      expect(typing.at(-1)).toBe('idle');
    } finally {
      flow.terminate();
      client.kill('SIGKILL');
      await proxy.close();
    }
  }, 40_000);
});
