import { createInstantMessagingFlow, type InstantMessagingFlow, type MessageStorage } from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmppServer } from '../test/server/prosody.mjs';
import { newAccount } from '../test/accounts.ts';
import { MAX_START, servers } from '../test/server/servers.ts';
import { until } from '../test/soak.ts';
import { createXmppTransport, type XmppTransportOptions } from './index.ts';

/** What a person sees of each message. */
function seen(flow: InstantMessagingFlow): string[] {
  return Array.from(flow.messages.order, (id) => {
    const record = flow.messages.get(id);
    const emojis = (record?.reactions ?? []).flatMap((reaction) => reaction.emojis).join('');
    return `${record?.retracted === undefined ? (record?.body ?? '') : '(deleted)'}${emojis}`;
  });
}

describe.each(servers)('operations, on $name', { timeout: 60_000 }, (kind) => {
  let server: XmppServer;
  beforeAll(async () => {
    if (kind.isInstalled) server = await kind.start();
  }, MAX_START);
  afterAll(() => server?.stop());

  const soon = (): number => Date.now() + 8_000;

  async function shows(flow: InstantMessagingFlow, expected: readonly string[]): Promise<void> {
    await until(() => JSON.stringify(seen(flow)) === JSON.stringify(expected), soon()).catch(() => undefined);
    expect(seen(flow)).toEqual(expected);
  }

  async function start(
    options: XmppTransportOptions,
    remote: string,
    storage?: MessageStorage,
  ): Promise<InstantMessagingFlow> {
    const transport = createXmppTransport(options);
    const flow = createInstantMessagingFlow({ transport, remote, ...(storage === undefined ? {} : { storage }) });
    flow.start();
    await until(() => flow.store.getState().state === 'active', soon());
    return flow;
  }

  it.skipIf(!kind.isInstalled)(
    'B272 operations reach all devices of both sides, also an absent one and a new one',
    async () => {
      const [anas, bos] = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
      const [ana, bo] = [anas.options.address, bos.options.address];
      const storage = createMemoryStorage();
      const flows: InstantMessagingFlow[] = [];
      const keep = (flow: InstantMessagingFlow): InstantMessagingFlow => {
        flows.push(flow);
        return flow;
      };
      try {
        const page = keep(await start(anas.options, bo));
        const phone = keep(await start(anas.options, bo));
        const far = await start(bos.options, ana, storage);
        const first = page.sendMessage('helo');
        const second = page.sendMessage('a secret');
        page.sendMessage('good night');
        for (const flow of [page, phone, far]) await shows(flow, ['helo', 'a secret', 'good night']);
        await first.settled;
        // It is not known yet whether the client of the participant accepts an edit of any message.
        expect(await page.editMessage(first.id, 'hello').settled).toMatchObject({ code: 'unsupported' });
        far.sendMessage('hi');
        for (const flow of [page, phone, far]) await shows(flow, ['helo', 'a secret', 'good night', 'hi']);

        page.editMessage(first.id, 'hello');
        await shows(far, ['hello', 'a secret', 'good night', 'hi']);
        const [target = ''] = far.messages.order;
        far.react(target, ['👍']);
        for (const flow of [page, phone, far]) await shows(flow, ['hello👍', 'a secret', 'good night', 'hi']);
        // The other device of the author can also change messages of the first one.
        const [own = ''] = phone.messages.order;
        expect(phone.messages.get(own)?.direction).toBe('outgoing');

        far.terminate();
        await phone.retractMessage(second.id, { waitForDeliveryNotification: false }).settled;
        await page.react(first.id, ['🎉'], { waitForDeliveryNotification: false }).settled;
        for (const flow of [page, phone]) await shows(flow, ['hello👍🎉', '(deleted)', 'good night', 'hi']);

        const back = keep(await start(bos.options, ana, storage));
        await shows(back, ['hello👍🎉', '(deleted)', 'good night', 'hi']);

        const fresh = keep(await start(bos.options, ana));
        await fresh.loadOlder();
        await shows(fresh, ['hello👍🎉', '(deleted)', 'good night', 'hi']);
        // Messages of the last minute are new on a new device (B311); operations and a deleted message never are.
        expect(fresh.store.getState().unreadCount).toBeLessThanOrEqual(2);
      } finally {
        for (const flow of flows) flow.terminate();
        for (const { proxy } of [anas, bos]) await proxy.close();
      }
    },
  );
});
