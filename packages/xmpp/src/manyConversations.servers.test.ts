import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProsody, type XmppServer, startProsody } from '../test/server/prosody.mjs';
import { newAccount } from '../test/accounts.ts';
import { until } from '../test/soak.ts';
import { createXmppTransport } from './index.ts';

const PATIENCE = 20_000;

function bodies(flow: InstantMessagingFlow): string[] {
  return Array.from(flow.messages.order, (id) => flow.messages.get(id)?.body ?? '');
}

describe.skipIf(!hasProsody())('many conversations over one connection', { timeout: 60_000 }, () => {
  let server: XmppServer;
  beforeAll(async () => {
    server = await startProsody();
  }, 30_000);
  afterAll(() => server.stop());

  it('B116 B117 each conversation has its own history and unread count, also with a new participant, also after an absence', async () => {
    const [ana, bo, cy] = [
      await newAccount(server, 'ana'),
      await newAccount(server, 'bo'),
      await newAccount(server, 'cy'),
    ];
    const flows = new Map<string, InstantMessagingFlow>();
    const talkTo = (remote: string): void => {
      const flow = createInstantMessagingFlow({ transport: anas, remote });
      flows.set(remote, flow);
      flow.start();
    };
    const anas = createXmppTransport({ ...ana.options, onIncomingConversation: talkTo });
    const [bos, cys] = [bo, cy].map(({ options }) => {
      const flow = createInstantMessagingFlow({ transport: createXmppTransport(options), remote: ana.options.address });
      flow.start();
      return flow;
    }) as [InstantMessagingFlow, InstantMessagingFlow];
    try {
      talkTo(bo.options.address);
      const end = Date.now() + PATIENCE;
      await until(() => anas.getStatus().state === 'online', end);
      bos.sendMessage('Bo 1');
      cys.sendMessage('Cy 1');
      const shows = (remote: string, ...expected: string[]): boolean => {
        const flow = flows.get(remote);
        return flow !== undefined && JSON.stringify(bodies(flow)) === JSON.stringify(expected);
      };
      const { address: boAddress } = bo.options;
      const { address: cyAddress } = cy.options;
      await until(() => shows(boAddress, 'Bo 1') && shows(cyAddress, 'Cy 1'), end);
      const delivered = (flow: InstantMessagingFlow): boolean =>
        Array.from(flow.messages.order).every((id) => flow.messages.get(id)?.status === 'delivered');
      await until(() => delivered(bos) && delivered(cys), end);

      ana.proxy.cut();
      await until(() => anas.getStatus().state === 'connecting', end);
      cys.sendMessage('Cy 2');
      bos.sendMessage('Bo 2');
      bos.sendMessage('Bo 3');
      ana.proxy.restore();
      await until(() => shows(boAddress, 'Bo 1', 'Bo 2', 'Bo 3') && shows(cyAddress, 'Cy 1', 'Cy 2'), end);
      expect(flows.size).toBe(2);
      const unread = (remote: string): number | undefined => flows.get(remote)?.store.getState().unreadCount;
      expect([unread(boAddress), unread(cyAddress)]).toEqual([3, 2]);
      const last = flows.get(boAddress)?.messages.order.at(-1) ?? '';
      flows.get(boAddress)?.markDisplayed(last);
      await until(() => unread(boAddress) === 0, end);
      expect(unread(cyAddress)).toBe(2);
      await until(() => bos.messages.get(bos.messages.order.at(-1) ?? '')?.status === 'displayed', end);
      expect(cys.messages.get(cys.messages.order.at(-1) ?? '')?.status).toBe('delivered');
    } finally {
      for (const flow of [bos, cys, ...flows.values()]) flow.terminate();
      for (const { proxy } of [ana, bo, cy]) await proxy.close();
    }
  });
});
