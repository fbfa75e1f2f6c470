import { createInstantMessagingFlow, type InstantMessagingFlow, type Transport } from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import { createSeededRandom } from '@imflow/testing';
import type { XmppServer } from './server/prosody.mjs';
import { createXmppTransport, type SessionStore, type XmppTransportOptions } from '../src/index.ts';
import { newAccount } from './accounts.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly messages: number;
  readonly kills: number;
  /** After this many killed connections, a tab is closed instead, and a new tab opens. Default: never. */
  readonly killsPerTab?: number;
  /** The longest time without progress, in ms. The duration of the whole test depends on the machine. */
  readonly patience: number;
  /** The longest time without a delivery at the end, in ms, although tabs are closed and opened. */
  readonly lateness: number;
}

/** What each side shows at the end. */
export interface SoakResult {
  readonly sent: { readonly ana: string[]; readonly bo: string[] };
  /** The bodies that the other side received, in its order. */
  readonly received: { readonly byBo: string[]; readonly byAna: string[] };
  /** The statuses of all own messages, each once. */
  readonly statuses: string[];
  readonly kills: number;
  /** How many tabs were closed and opened. */
  readonly tabs: number;
  readonly notReceived: NotReceived;
}

/** The bodies that the other side did not receive, although the server has acknowledged them to the sender. */
export interface NotReceived {
  /** Those that the archive of the other side has, as a new device reads it: the transport has missed them. */
  readonly archived: readonly string[];
  /** Those that it does not have. */
  readonly notArchived: readonly string[];
}

/**
 * Two engines talk over a server while their connections are reset at random moments of the conversation, and tabs are
 * closed and opened.
 */
export async function soak(server: XmppServer, options: SoakOptions): Promise<SoakResult> {
  const { seed, messages, kills, killsPerTab = Infinity, patience, lateness } = options;
  const random = createSeededRandom(seed);
  const [anas, bos] = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
  const [ana, bo] = [createDevice(anas, bos.options.address), createDevice(bos, anas.options.address)];
  const devices = [ana, bo];
  const soon = (): number => Date.now() + patience;
  const sent = { ana: [] as string[], bo: [] as string[] };
  let killed = 0;
  let tabs = 0;
  try {
    await until(() => devices.every(({ flow }) => flow.store.getState().state === 'active'), soon());
    for (let index = 0; index < messages; index += 1) {
      const isAna = random.next() < 0.5;
      const [{ flow }, list] = isAna ? [ana, sent.ana] : [bo, sent.bo];
      const body = `message ${index}`;
      list.push(body);
      flow.sendMessage(body);
      if (killed < Math.floor(((index + 1) * kills) / messages)) {
        // Only an open connection can be killed.
        const device = random.next() < 0.5 ? ana : bo;
        await until(() => device.transport.getStatus().state === 'online', soon());
        await pause(random.next() * 30);
        killed += 1;
        if (killed % killsPerTab === 0) {
          await device.reopen(soon());
          tabs += 1;
        } else {
          device.proxy.kill();
          // Otherwise the next one might find no connection, and still count.
          await until(() => device.transport.getStatus().state !== 'online', soon());
        }
      }
    }
    // A new tab has loaded the newest messages only; those before them wait for their receipts, too.
    for (const { flow } of devices) await loadAll(flow, patience);
    const delivered = (): number =>
      devices.flatMap(({ flow }) => own(flow)).filter((status) => status === 'delivered').length;
    for (let end = Date.now() + lateness; delivered() < messages && Date.now() < end;) {
      const count = delivered();
      await until(() => delivered() > count, soon()).catch(async () => {
        // The next page reads, at the latest, what the server archived late.
        for (const device of devices) {
          await device.reopen(soon());
          await loadAll(device.flow, patience);
        }
      });
      if (delivered() > count) end = Date.now() + lateness;
    }
    // The last late messages move to their place once the archive has been read again.
    const isInOrder = (): boolean => isSame(incoming(bo.flow), sent.ana) && isSame(incoming(ana.flow), sent.bo);
    await until(isInOrder, soon()).catch(() => undefined);
    const received = { byBo: incoming(bo.flow), byAna: incoming(ana.flow) };
    return {
      sent,
      received,
      statuses: Array.from(new Set([...own(ana.flow), ...own(bo.flow)])),
      kills: killed,
      tabs,
      notReceived: merge(
        await lookUpInArchive(acknowledged(ana.flow, received.byBo), bos.options, anas.options.address, patience),
        await lookUpInArchive(acknowledged(bo.flow, received.byAna), anas.options, bos.options.address, patience),
      ),
    };
  } finally {
    for (const { flow, proxy } of devices) {
      flow.terminate();
      await proxy.close();
    }
  }
}

/** The browser of a user, with one tab. */
interface Device {
  readonly flow: InstantMessagingFlow;
  readonly transport: Transport;
  readonly proxy: Awaited<ReturnType<typeof newAccount>>['proxy'];
  /** Closes the tab without a word to the server, and opens another one. */
  reopen(end: number): Promise<void>;
}

function createDevice({ options, proxy }: Awaited<ReturnType<typeof newAccount>>, remote: string): Device {
  const storage = createMemoryStorage();
  let saved: string | undefined;
  const open = (): Pick<Device, 'flow' | 'transport'> => {
    const session: SessionStore = {
      load: () => saved,
      save(next) {
        // As `createWebSessionStore` does: the session itself belongs to the tab.
        const { address, position, overlapping, rereads } = JSON.parse(next ?? '{}') as Record<string, unknown>;
        if (position !== undefined) saved = JSON.stringify({ address, position, overlapping, rereads });
      },
    };
    const transport = createXmppTransport({ ...options, session });
    const template = { maxSendAttempts: 1_000 };
    const flow = createInstantMessagingFlow({ transport, remote, template, storage });
    flow.start();
    return { flow, transport };
  };
  let tab = open();
  return {
    proxy,
    get flow() {
      return tab.flow;
    },
    get transport() {
      return tab.transport;
    },
    async reopen(end) {
      proxy.cut();
      tab.flow.terminate();
      proxy.restore();
      tab = open();
      await until(() => tab.flow.store.getState().state === 'active', end);
    },
  };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

function without(all: readonly string[], known: readonly string[]): readonly string[] {
  const names = new Set(known);
  return all.filter((each) => !names.has(each));
}

/** The own messages that the server has acknowledged and that the other side did not receive. */
function acknowledged(flow: InstantMessagingFlow, received: readonly string[]): readonly string[] {
  const sent = records(flow).filter(({ direction, status }) => direction === 'outgoing' && status === 'sent');
  return without(
    sent.map(({ body }) => body),
    received,
  );
}

function merge(...all: readonly NotReceived[]): NotReceived {
  return {
    archived: all.flatMap(({ archived }) => archived),
    notArchived: all.flatMap(({ notArchived }) => notArchived),
  };
}

async function lookUpInArchive(
  bodies: readonly string[],
  options: XmppTransportOptions,
  remote: string,
  patience: number,
): Promise<NotReceived> {
  const missing = await missingIn(bodies, options, remote, patience);
  return { archived: without(bodies, missing), notArchived: missing };
}

/** The bodies that the archive of a user does not have, as a new device reads it. */
async function missingIn(
  bodies: readonly string[],
  options: XmppTransportOptions,
  remote: string,
  patience: number,
): Promise<readonly string[]> {
  if (bodies.length === 0) return [];
  const flow = createInstantMessagingFlow({ transport: createXmppTransport(options), remote });
  flow.start();
  try {
    await until(() => flow.store.getState().state === 'active', Date.now() + patience);
    await loadAll(flow, patience);
    return without(bodies, incoming(flow));
  } finally {
    flow.terminate();
  }
}

/** Without a connection a page fails at once: repeated requests would prevent the reconnection. */
async function loadAll(flow: InstantMessagingFlow, patience: number): Promise<void> {
  let end = Date.now() + patience;
  while (flow.store.getState().history.hasOlder) {
    if (Date.now() > end) throw new Error('Older messages were not loaded in time.');
    const count = await flow.loadOlder();
    if (count > 0) end = Date.now() + patience;
    await pause(count > 0 ? 0 : 500);
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

/** Waits for a condition. @throws Error where it does not hold in time. */
export async function until(holds: () => boolean, end: number): Promise<void> {
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Not in time: ${holds.toString()}`);
    await pause(5);
  }
}

function pause(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}
