import { type ConformancePair, transportConformance } from '@imflow/testing';
import { describe, inject, it, vi } from 'vitest';
import { createWebSocketTransport } from './index.ts';

const server = inject('chatServer');
let users = 0;
/** The newest request to the control: requests run one after another. */
let last: Promise<unknown> = Promise.resolve();

/** The control of the server, which starts and cuts proxies. */
function control(action: 'open' | 'cut' | 'restore' | 'close', port = ''): Promise<string> {
  const answer = last.then(async () => (await fetch(`${server}/${action}?${port}`)).text());
  last = answer;
  return answer;
}

/** Two users, each behind a proxy that can be cut. */
async function openPair(): Promise<ConformancePair> {
  users += 1;
  const names = ['ana', 'bo'].map((name) => `${name} ${users} in a browser`) as [string, string];
  const ports = new Map<string, string>();
  for (const name of names) ports.set(name, await control('open'));
  const cut = new Set<string>();
  const connect = (address: string): ConformancePair['ana'] =>
    createWebSocketTransport({
      url: `ws://127.0.0.1:${ports.get(address)}/chat`,
      address,
      token: `token of ${address}`,
      maxReconnectDelay: 200,
    });
  const transports = names.map(connect) as [ConformancePair['ana'], ConformancePair['bo']];
  const [ana, bo] = transports;
  const isConnecting = ({ localAddress, getStatus }: ConformancePair['ana']): boolean =>
    getStatus().state === 'connecting' && !cut.has(localAddress);
  /** The newest change of the links: changes run one after another. */
  let changing: Promise<unknown> = Promise.resolve();
  return {
    ana,
    bo,
    omits: ['messageIds'],
    async settle() {
      await changing;
      // Waits until every transport that can reconnect has done so, and has received what it missed.
      await vi.waitUntil(() => !transports.some(isConnecting), { timeout: 10_000, interval: 20 });
      // Longer than an ack waits for further ones: after an earlier cut, the server would rightly send the message
      // again.
      await new Promise((resolve) => setTimeout(resolve, 150));
    },
    cut(address) {
      cut.add(address);
      const transport = transports.find(({ localAddress }) => localAddress === address);
      changing = changing
        .then(() => control('cut', ports.get(address)))
        .then(() => vi.waitUntil(() => transport?.getStatus().state !== 'online', { timeout: 10_000, interval: 5 }));
    },
    restore(address) {
      changing = changing.then(() => control('restore', ports.get(address)));
      void changing.then(() => cut.delete(address));
    },
    async close() {
      for (const port of ports.values()) await control('close', port);
    },
  };
}

describe('the WebSocket transport conforms in a browser', { timeout: 20_000 }, () => {
  for (const { name, run } of transportConformance(openPair)) it(`B282 ${name}`, run);
});
