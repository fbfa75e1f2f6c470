/** The simulated world: two users, their tabs, their storages and the network. */

import {
  createInstantMessagingFlow,
  type InstantMessagingFlow,
  type MessageRecord,
  type MessageStatus,
  type Random,
  revisionsOf,
} from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import { createBroadcastChannelTransport, createLoopbackNetwork, type LoopbackNetwork } from '@imflow/core/transports';
import { createSeededRandom } from '../seededRandom.ts';
import { createVirtualClock, type VirtualClock } from '../virtualClock.ts';
import { createChannelBus } from './channelBus.ts';
import { noteLateReads } from './lateReads.ts';
import { createMachine, type Machine } from './machine.ts';
import { projectionOf } from './projections.ts';
import type { Party, Setting } from './script.ts';
import { createSimulatedTabs, type SimulatedTabs } from './simulatedTabs.ts';

/** The cap of the proxied ledger in simulations. */
export const REPORT_CAP = 5;

/** The longest that one call of a storage takes, in ms. */
const MAX_STORAGE_DELAY = 30;

/** One open tab of a party. */
export interface SimulatedTab {
  readonly name: string;
  readonly party: Party;
  readonly flow: InstantMessagingFlow;
  readonly machine: Machine;
  /** Where the page says that it is put away and taken out again. */
  readonly page: EventTarget;
  /** The last status seen of each text of each own message, by {@link textId}. */
  readonly statuses: Map<string, MessageStatus>;
  readonly shown: Set<string>;
  /** When local composing ended last, or `Infinity` while it goes on. */
  composingUntil: number;
}

/** A user, with what outlives their tabs. */
export interface SimulatedParty {
  readonly name: Party;
  readonly tabs: SimulatedTab[];
  /** Messages that reached this party: stored, or shown where nothing can be stored. In proxied mode: reported so. */
  readonly got: Set<string>;
  /** Messages that were on the screen when the user looked. */
  readonly looked: Set<string>;
  readonly coordination: SimulatedTabs;
  /** What the storage says of own messages: which text, and its status. */
  readonly storedTicks: ReadonlyMap<string, string>;
  /** What the storage would show of each message. */
  readonly storedProjections: ReadonlyMap<string, string>;
  /** When their machine woke last. */
  wokeAt: number;
  storageWorks: boolean;
  /** It failed at some time: what arrives while the stored messages can't be read has no place among them. */
  storageBroke: boolean;
  /** A tab of theirs died: the next one goes by the time of day. */
  lostTabs: boolean;
  /** Own messages that a tab could read only when it had gone on without them: later ones may have left before them. */
  readonly readLate: Set<string>;
  storedIds(): ReadonlySet<string>;
  /** Everything that the storage holds, as text. */
  dump(): Promise<string>;
}

export interface SentBySomeone {
  readonly id: string;
  readonly body: string;
  readonly party: Party;
  readonly tab: string;
  readonly index: number;
  /** It is or was in the storage. */
  stored: boolean;
  /** A tab or the storage of its party still knows it. */
  known: boolean;
  failed: boolean;
  /** A tab died before it could store what it knew of the message: its tick may stay behind. */
  tickLost: boolean;
  discarded: boolean;
  /** It was taken back before it could go out, and must not go out. */
  unsent: boolean;
  /** When the user sent it, by the monotonic clock. */
  readonly queuedAt: number;
  /** All that it ever said. */
  readonly texts: string[];
  /** What was taken back of it may have arrived: the other side may show more of it. */
  textUncertain: boolean;
}

/** Two users, their tabs, storages and the network between them, all in virtual time. */
export interface World {
  readonly setting: Setting;
  readonly clock: VirtualClock;
  readonly network: LoopbackNetwork;
  readonly parties: readonly [SimulatedParty, SimulatedParty];
  readonly sent: ReadonlyMap<string, SentBySomeone>;
  /** Messages and operations that the network has carried, with the time of the first try. */
  readonly onWire: ReadonlyMap<string, number>;
  partyOf(name: Party): SimulatedParty;
  peerOf(name: Party): SimulatedParty;
  tabs(): readonly SimulatedTab[];
  openTab(name: Party): void;
  kill(tab: SimulatedTab): void;
  /** Cuts or restores the link of a party; between pages, all pages of the party are put away or taken out again. */
  setOnline(name: Party, online: boolean): void;
  send(tab: SimulatedTab, replyTo?: string): void;
  discarded(id: string): void;
  /** It was taken back while it was held, by the only tab there is. */
  unsent(id: string): void;
  reported(id: string, success: boolean): void;
  /** Looks at what has been stored since the last step. */
  observe(): void;
  arrived(sent: SentBySomeone): boolean;
  lastComposing(name: Party): number;
}

interface BusFrame {
  readonly message?: { readonly messageId: string };
  readonly operation?: { readonly id: string };
}

/** By which id the transport knows the text that a record shows. */
export function textId(record: MessageRecord): string {
  return revisionsOf(record).at(-1)?.id ?? record.messageId;
}

function tickOf(record: MessageRecord): string {
  return `${textId(record)} ${record.status}`;
}

function gotAll(got: Set<string>, record: MessageRecord): void {
  got.add(record.id);
  for (const { id } of revisionsOf(record)) got.add(id);
}

function conversationOf(name: Party): string {
  return JSON.stringify(name === 'ana' ? ['ana', 'bo'] : ['bo', 'ana']);
}

export function createWorld(seed: number, setting: Setting): World {
  const clock = createVirtualClock();
  const random = createSeededRandom(`world ${seed}`);
  const network = createLoopbackNetwork({ clock, random });
  const bus = createChannelBus(clock);
  const sent = new Map<string, SentBySomeone>();
  const onWire = new Map<string, number>();
  const composingEnds = new Map<Party, number>();
  let opened = 0;

  function carried(id: string): void {
    if (!onWire.has(id)) onWire.set(id, clock.monotonic());
  }

  network.onFrame((frame) => {
    if ((frame.kind === 'message' || frame.kind === 'operation') && frame.messageId !== undefined) {
      carried(frame.messageId);
    }
  });

  bus.onPost((data) => {
    const { message, operation } = data as BusFrame;
    if (message !== undefined) carried(message.messageId);
    if (operation !== undefined) carried(operation.id);
  });

  const parties = [createParty('ana'), createParty('bo')] as const;

  function createParty(name: Party): SimulatedParty & { readonly storage: ReturnType<typeof createMemoryStorage> } {
    const storage = createMemoryStorage();
    const storedIds = new Set<string>();
    const storedTicks = new Map<string, string>();
    const storedProjections = new Map<string, string>();
    const write = storage.write.bind(storage);
    const party = {
      name,
      tabs: [],
      got: new Set<string>(),
      looked: new Set<string>(),
      coordination: createSimulatedTabs(clock, random),
      storedTicks,
      storedProjections,
      wokeAt: -Infinity,
      storageWorks: true,
      storageBroke: false,
      lostTabs: false,
      readLate: new Set<string>(),
      storedIds: () => storedIds,
      dump: async () => JSON.stringify(await storage.open(conversationOf(name), Infinity)),
      storage: {
        ...storage,
        async write(conversation: string, what: Parameters<typeof write>[1]) {
          await write(conversation, what);
          for (const record of [...what.put, ...(what.add ?? [])]) {
            storedIds.add(record.id);
            storedTicks.set(record.id, tickOf(record));
            storedProjections.set(record.id, projectionOf(record));
            if (record.direction === 'incoming' && !proxies(name)) gotAll(party.got, record);
          }
          for (const id of what.remove) storedIds.delete(id);
        },
      },
    };
    return party;
  }

  function proxies(name: Party): boolean {
    return setting.proxied && name === 'bo';
  }

  function openTab(name: Party): void {
    const party = partyOf(name);
    const shared = setting.tabs > 1 && !proxies(name);
    if (party.tabs.length >= (shared ? setting.tabs : 1)) return;
    const machine = createMachine(clock);
    opened += 1;
    const tabRandom: Random = createSeededRandom(`tab ${seed} ${opened}`);
    const page = new EventTarget();
    const transport =
      setting.wire === 'server'
        ? network.connect(name, { capabilities: { maxInFlight: setting.maxInFlight } })
        : createBroadcastChannelTransport({
            address: name,
            clock: machine.clock,
            random: tabRandom,
            page,
            createChannel: () => machine.wrapChannel(bus.create()),
          });
    const flow: InstantMessagingFlow = createInstantMessagingFlow({
      transport: machine.wrapTransport(transport),
      remote: name === 'ana' ? 'bo' : 'ana',
      clock: machine.clock,
      random: tabRandom,
      template: {
        pageSize: name === 'bo' ? setting.pageSize : 20,
        maxPendingDeliveryReports: REPORT_CAP,
        sendDelay: setting.sendDelay,
        messageConsumptionMode: proxies(name) ? 'proxied-to-remote-entity' : 'consumed-locally',
      },
      ...(setting.stored
        ? {
            storage: noteLateReads(
              machine.wrapStorage(
                (party as ReturnType<typeof createParty>).storage,
                () => random.next() * MAX_STORAGE_DELAY,
                () => party.storageWorks,
              ),
              (id) => flow.messages.get(id) !== undefined,
              party.readLate,
            ),
          }
        : {}),
      ...(shared ? { tabs: machine.wrapTabs(party.coordination) } : {}),
    });
    const tab: SimulatedTab = {
      name: `${name}/${opened}`,
      party: name,
      flow,
      machine,
      page,
      statuses: new Map(),
      shown: new Set(),
      composingUntil: -Infinity,
    };
    // A proxied flow must have a listener.
    flow.on('messageReceived', () => undefined);
    flow.on('messageStatusChanged', ({ message }) => {
      const entry = sent.get(message.id);
      if (message.status !== 'failed' || entry === undefined) return;
      entry.failed = true;
      // It may be retried before the next look.
      tab.statuses.set(textId(message), 'failed');
    });
    flow.on('diagnostic', ({ code, cause }) => {
      if (code === 'listener-failed' || code === 'subscriber-failed') throw cause;
    });
    flow.store.subscribe(({ localComposingState }) => {
      gotInMemory(name, flow);
      if (localComposingState === 'composing') tab.composingUntil = Infinity;
      else if (tab.composingUntil === Infinity) composingEnded(tab);
    });
    party.tabs.push(tab);
    flow.start();
  }

  /** What the storage refuses is in memory, and the flow says so. */
  function gotInMemory(name: Party, flow: InstantMessagingFlow): void {
    if (proxies(name) || (setting.stored && flow.store.getState().error?.code !== 'storage')) return;
    for (const id of flow.messages.order) {
      const record = flow.messages.get(id);
      if (record !== undefined) gotAll(partyOf(name).got, record);
    }
  }

  function composingEnded(tab: SimulatedTab): void {
    tab.composingUntil = clock.monotonic();
    composingEnds.set(tab.party, clock.monotonic());
  }

  function partyOf(name: Party): SimulatedParty {
    return name === 'ana' ? parties[0] : parties[1];
  }

  function allTabs(): readonly SimulatedTab[] {
    return [...parties[0].tabs, ...parties[1].tabs];
  }

  return {
    setting,
    clock,
    network,
    parties,
    sent,
    onWire,
    partyOf,
    peerOf: (name) => partyOf(name === 'ana' ? 'bo' : 'ana'),
    tabs: allTabs,
    openTab,
    kill(tab) {
      const { tabs, storedTicks, storedProjections } = partyOf(tab.party);
      for (const entry of sent.values()) {
        const record = tab.flow.messages.get(entry.id);
        const tick = record && tickOf(record);
        if (entry.party === tab.party && tick !== storedTicks.get(entry.id)) entry.tickLost = true;
        // What it could not store is known to nobody of this party any more.
        if (record !== undefined && projectionOf(record) !== storedProjections.get(entry.id))
          entry.textUncertain = true;
      }
      // Nobody else has heard that it was taken back.
      for (const id of partyOf(tab.party).storedIds()) {
        const entry = sent.get(id);
        if (entry?.party === tab.party) entry.unsent = false;
      }
      partyOf(tab.party).lostTabs = true;
      if (tab.composingUntil === Infinity) composingEnded(tab);
      tab.machine.kill();
      tabs.splice(tabs.indexOf(tab), 1);
    },
    setOnline(name, online) {
      network.setOnline(name, online);
      for (const { page } of partyOf(name).tabs) page.dispatchEvent(new Event(online ? 'pageshow' : 'pagehide'));
    },
    send(tab, replyTo) {
      const index = sent.size;
      const body = `${tab.name} #${index}.`;
      const { id } = tab.flow.sendMessage(body, replyTo === undefined ? {} : { replyTo });
      const entry = { id, body, party: tab.party, tab: tab.name, index, queuedAt: clock.monotonic(), texts: [body] };
      const fate = { stored: false, known: true, failed: false, tickLost: false, discarded: false, unsent: false };
      sent.set(id, { ...entry, ...fate, textUncertain: false });
    },
    discarded(id) {
      const entry = sent.get(id);
      if (entry !== undefined) entry.discarded = true;
    },
    unsent(id) {
      const entry = sent.get(id);
      if (entry !== undefined) entry.unsent = true;
    },
    reported(id, success) {
      if (success) partyOf('bo').got.add(id);
    },
    observe() {
      for (const tab of allTabs()) gotInMemory(tab.party, tab.flow);
      for (const entry of sent.values()) {
        const party = partyOf(entry.party);
        entry.stored ||= party.storedIds().has(entry.id);
        entry.known = entry.stored || party.tabs.some((tab) => tab.flow.messages.get(entry.id) !== undefined);
      }
    },
    arrived(entry) {
      const peer = partyOf(entry.party === 'ana' ? 'bo' : 'ana');
      return setting.stored ? peer.storedIds().has(entry.id) : peer.got.has(entry.id);
    },
    lastComposing(name) {
      const goesOn = partyOf(name).tabs.some((tab) => tab.composingUntil === Infinity);
      return goesOn ? clock.monotonic() : (composingEnds.get(name) ?? -Infinity);
    },
  };
}
