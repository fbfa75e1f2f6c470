import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createSeededRandom } from '@imflow/testing';
import type { XmppServer } from '../../../scripts/prosody.mjs';
import { createXmppTransport } from '../src/index.ts';
import { newAccount } from './accounts.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly messages: number;
  readonly kills: number;
  /** How long it may take, in ms. */
  readonly patience: number;
}

/** What each side shows at the end. */
export interface SoakResult {
  readonly sent: { readonly ana: string[]; readonly bo: string[] };
  /** The bodies that the other side received, in its order. */
  readonly received: { readonly byBo: string[]; readonly byAna: string[] };
  /** The statuses of all own messages, each once. */
  readonly statuses: string[];
  readonly kills: number;
}

/** Two engines talk over a server while their connections are reset at random moments of the conversation. */
export async function soak(server: XmppServer, { seed, messages, kills, patience }: SoakOptions): Promise<SoakResult> {
  const random = createSeededRandom(seed);
  const [anasAccount, bosAccount] = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
  const sides = [
    { ...anasAccount, transport: createXmppTransport(anasAccount.options), remote: bosAccount.options.address },
    { ...bosAccount, transport: createXmppTransport(bosAccount.options), remote: anasAccount.options.address },
  ] as const;
  const flowOf = ({ transport, remote }: (typeof sides)[number]): InstantMessagingFlow =>
    createInstantMessagingFlow({ transport, remote, template: { maxSendAttempts: 1_000 } });
  const [ana, bo] = [flowOf(sides[0]), flowOf(sides[1])];
  ana.start();
  bo.start();
  const end = Date.now() + patience;
  const sent = { ana: [] as string[], bo: [] as string[] };
  let killed = 0;
  try {
    await until(() => [ana, bo].every((flow) => flow.store.getState().state === 'active'), end);
    for (let index = 0; index < messages; index += 1) {
      const mine = random.next() < 0.5;
      const [flow, list] = mine ? [ana, sent.ana] : [bo, sent.bo];
      const body = `message ${index}`;
      list.push(body);
      flow.sendMessage(body);
      if (killed < Math.floor(((index + 1) * kills) / messages)) {
        // Only a connection that stands can be killed.
        const { transport, proxy } = sides[random.next() < 0.5 ? 0 : 1];
        await until(() => transport.getStatus().state === 'online', end);
        await pause(random.next() * 30);
        proxy.kill();
        killed += 1;
      }
    }
    const isDone = (flow: InstantMessagingFlow): boolean => own(flow).every((status) => status === 'delivered');
    await until(() => isDone(ana) && isDone(bo), end).catch(() => undefined);
    return {
      sent,
      received: { byBo: incoming(bo), byAna: incoming(ana) },
      statuses: Array.from(new Set([...own(ana), ...own(bo)])),
      kills: killed,
    };
  } finally {
    ana.terminate();
    bo.terminate();
    for (const { proxy } of sides) await proxy.close();
  }
}

function records(flow: InstantMessagingFlow) {
  return Array.from(flow.messages.order, (id) => flow.messages.get(id)).filter((record) => record !== undefined);
}

function incoming(flow: InstantMessagingFlow): string[] {
  return records(flow)
    .filter(({ direction }) => direction === 'incoming')
    .map(({ body }) => body);
}

function own(flow: InstantMessagingFlow): string[] {
  return records(flow)
    .filter(({ direction }) => direction === 'outgoing')
    .map(({ status }) => status);
}

/** Waits for a condition. @throws Error where it does not come true in time. */
export async function until(holds: () => boolean, end: number): Promise<void> {
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Not in time: ${holds.toString()}`);
    await pause(5);
  }
}

function pause(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}
