import { createInstantMessagingFlow, type MessageRecord } from '@imflow/core';
import { createFileTransfer, createMemoryFileStore, parseFile } from '@imflow/core/files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmppServer } from '../../test/server/prosody.mjs';
import { newAccount } from '../../test/accounts.ts';
import { MAX_START, servers } from '../../test/server/servers.ts';
import { until } from '../../test/soak.ts';
import { createXmppTransport } from '../index.ts';
import { createXmppUploader } from './index.ts';

describe.each(servers)('files on $name', { timeout: 60_000 }, (kind) => {
  let server: XmppServer;
  beforeAll(async () => {
    if (kind.isInstalled) server = await kind.start();
  }, MAX_START);
  afterAll(() => server?.stop());

  const soon = (): number => Date.now() + 10_000;

  it.skipIf(!kind.isInstalled)(
    'B417 B418 a file arrives with its bytes, and one over the limit is refused',
    async () => {
      const [anas, bos] = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
      const transport = createXmppTransport(anas.options);
      const files = createFileTransfer({
        uploader: createXmppUploader({ transport }),
        store: createMemoryFileStore(),
        describe: async () => ({}),
      });
      const ana = createInstantMessagingFlow({ transport, remote: bos.options.address, files });
      const bo = createInstantMessagingFlow({
        transport: createXmppTransport(bos.options),
        remote: anas.options.address,
      });
      const received = (): MessageRecord[] =>
        Array.from(bo.messages.order, (id) => bo.messages.get(id)).filter((record) => record !== undefined);
      bo.on('messageReceived', () => undefined);
      try {
        for (const flow of [ana, bo]) flow.start();
        const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251);
        const { settled } = ana.sendFile(new File([bytes], 'größe 1.png', { type: 'image/png' }), {
          caption: 'the sea',
        });
        expect(await settled).toMatchObject({ status: 'delivered' });
        await until(() => received().length === 1, soon());
        const content = parseFile(received()[0]!);
        expect(content).toMatchObject({ name: 'größe 1.png', type: 'image/png', size: 300_000, caption: 'the sea' });
        const response = await fetch(content?.url ?? '');
        expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);

        expect(ana.files?.maxFileBytes).toBe(1_000_000);
        const large = new File([new Uint8Array(1_000_001)], 'large.bin');
        expect(ana.files?.check(large)).toEqual({ reason: 'too-large', maxFileBytes: 1_000_000 });
      } finally {
        for (const flow of [ana, bo]) flow.terminate();
        for (const { proxy } of [anas, bos]) await proxy.close();
      }
    },
  );
});
