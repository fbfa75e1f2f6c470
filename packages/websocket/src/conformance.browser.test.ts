import { type ConformancePair, transportConformance } from '@imflow/testing';
import { describe, inject, it } from 'vitest';
import { createWebSocketTransport } from './index.ts';

const server = inject('chatServer');
let users = 0;
/** What was asked of the control last: one thing happens after the other. */
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
  const transport = (address: string): ConformancePair['ana'] =>
    createWebSocketTransport({
      url: `ws://127.0.0.1:${ports.get(address)}/chat`,
      address,
      token: `token of ${address}`,
      maxReconnectDelay: 200,
    });
  return {
    ana: transport(names[0]),
    bo: transport(names[1]),
    omits: ['messageIds'],
    settle: () => new Promise((resolve) => setTimeout(resolve, 60)),
    cut: (address) => void control('cut', ports.get(address)),
    restore: (address) => void control('restore', ports.get(address)),
    async close() {
      for (const port of ports.values()) await control('close', port);
    },
  };
}

describe('the WebSocket transport conforms in a browser', { timeout: 20_000 }, () => {
  for (const { name, run } of transportConformance(openPair)) it(`B282 ${name}`, run);
});
