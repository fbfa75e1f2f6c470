/** The state of a simulated conversation: two users, their tabs, their storages and the network. */

import {
  createInstantMessagingFlow,
  type InstantMessagingFlow,
  type MessageRecord,
  type MessageStatus,
  type Random,
} from '@imflow/core';
import { createBroadcastChannelTransport, createLoopbackNetwork, type LoopbackNetwork } from '@imflow/core/transports';
import { createSeededRandom } from '../seededRandom.ts';
import { createVirtualClock, type VirtualClock } from '../virtualClock.ts';
import { createChannelBus } from './channelBus.ts';
import { recordLateReads } from './lateReads.ts';
import { createSimulatedHost, type SimulatedHost } from './simulatedHost.ts';
import { versionOf } from './projections.ts';
import type { SimulatedUserName, SimulationScenario } from './script.ts';
import { addReceived, createSimulatedUser, type SimulatedUser, textId, tickOf } from './simulatedUser.ts';

/** The option `maxPendingDeliveryReports` of simulated flows. */
export const MAX_PENDING_REPORTS = 5;

/** The longest duration of a storage call, in ms. */
const MAX_STORAGE_DELAY = 30;

/** An open tab of a user. */
export interface SimulatedTab {
  readonly name: string;
  readonly user: SimulatedUserName;
  readonly flow: InstantMessagingFlow;
  readonly host: SimulatedHost;
  /** The source of the page's `pagehide` and `pageshow` events. */
  readonly page: EventTarget;
  /** The last status that was seen for each revision of each own message, by {@link textId}. */
  readonly statuses: Map<string, MessageStatus>;
  readonly shown: Set<string>;
  /** The messages of received operations, by the ids of these. They may be in a storage that cannot be read. */
  readonly operations: Map<string, string>;
  /** When local composing ended last; `Infinity` while the user is composing. */
  composingUntil: number;
}

/** A message that a simulated user sent. */
export interface SentMessage {
  readonly id: string;
  readonly body: string;
  readonly user: SimulatedUserName;
  readonly tab: string;
  readonly index: number;
  /** It was stored at some time. */
  stored: boolean;
  /** A tab or the storage of its user has it. */
  known: boolean;
  failed: boolean;
  /** A tab was killed before it stored the latest status: the tick may stay behind. */
  tickLost: boolean;
  discarded: boolean;
  /** It was discarded while it was held, so the network must not carry it. */
  unsent: boolean;
  /** When the user sent it, by the monotonic clock. */
  readonly queuedAt: number;
  /** All its texts, oldest first. */
  readonly texts: string[];
  /** An operation on it was lost with a tab: both sides may show different texts. */
  textUncertain: boolean;
}

/** Two users, their tabs, their storages and the network between them, all in virtual time. */
export interface Simulation {
  readonly scenario: SimulationScenario;
  readonly clock: VirtualClock;
  readonly network: LoopbackNetwork;
  readonly users: readonly [SimulatedUser, SimulatedUser];
  readonly sent: ReadonlyMap<string, SentMessage>;
  /** Ids of messages and operations that the network has carried, with the time of the first attempt. */
  readonly transmitted: ReadonlyMap<string, number>;
  userOf(name: SimulatedUserName): SimulatedUser;
  peerOf(name: SimulatedUserName): SimulatedUser;
  tabs(): readonly SimulatedTab[];
  openTab(name: SimulatedUserName): void;
  kill(tab: SimulatedTab): void;
  /** Cuts or restores the link of a user. Over broadcast channels, the user's pages are hidden or shown instead. */
  setOnline(name: SimulatedUserName, online: boolean): void;
  send(tab: SimulatedTab, replyTo?: string): void;
  sendFile(tab: SimulatedTab): void;
  discarded(id: string): void;
  /** Notes that the user's only tab discarded the message while it was held. */
  unsent(id: string): void;
  reported(id: string, success: boolean): void;
  /** Notes what has been stored since the last step. */
  observe(): void;
  arrived(sent: SentMessage): boolean;
  lastComposing(name: SimulatedUserName): number;
}

interface BusFrame {
  readonly message?: { readonly messageId: string };
  readonly operation?: { readonly id: string };
}

/** @param onTab is called with each tab that opens, before its flow starts. */
export function createSimulation(
  seed: number,
  scenario: SimulationScenario,
  onTab: (tab: SimulatedTab) => void = () => undefined,
): Simulation {
  const clock = createVirtualClock();
  // Recorded scripts depend on this text.
  const random = createSeededRandom(`world ${seed}`);
  const network = createLoopbackNetwork({ clock, random });
  const bus = createChannelBus(clock);
  const sent = new Map<string, SentMessage>();
  const transmitted = new Map<string, number>();
  const composingEnds = new Map<SimulatedUserName, number>();
  let opened = 0;

  function carried(id: string): void {
    if (!transmitted.has(id)) transmitted.set(id, clock.monotonic());
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

  const users = [createUser('ana'), createUser('bo')] as const;

  function createUser(name: SimulatedUserName): SimulatedUser {
    return createSimulatedUser(name, proxies(name), clock, random);
  }

  function proxies(name: SimulatedUserName): boolean {
    return scenario.proxied && name === 'bo';
  }

  function openTab(name: SimulatedUserName): void {
    const user = userOf(name);
    const shared = scenario.tabs > 1 && !proxies(name);
    if (user.tabs.length >= (shared ? scenario.tabs : 1)) return;
    const host = createSimulatedHost(clock);
    opened += 1;
    const tabRandom: Random = createSeededRandom(`tab ${seed} ${opened}`);
    const page = new EventTarget();
    const operations = new Map<string, string>();
    const transport =
      scenario.network === 'server'
        ? network.connect(name, { capabilities: { maxInFlight: scenario.maxInFlight } })
        : createBroadcastChannelTransport({
            address: name,
            clock: host.clock,
            random: tabRandom,
            page,
            createChannel: () => host.wrapChannel(bus.create()),
          });
    const flow: InstantMessagingFlow = createInstantMessagingFlow({
      transport: host.wrapTransport(transport, (event) => {
        if (event.type === 'operation') operations.set(event.operation.id, event.operation.target);
      }),
      remote: name === 'ana' ? 'bo' : 'ana',
      clock: host.clock,
      random: tabRandom,
      template: {
        pageSize: name === 'bo' ? scenario.pageSize : 20,
        maxPendingDeliveryReports: MAX_PENDING_REPORTS,
        sendDelay: scenario.sendDelay,
        messageConsumptionMode: proxies(name) ? 'proxied-to-remote-entity' : 'consumed-locally',
      },
      files: user.files.transferOf(host),
      ...(scenario.stored
        ? {
            storage: recordLateReads(
              host.wrapStorage(
                user.storage,
                () => random.next() * MAX_STORAGE_DELAY,
                () => user.storageWorks,
              ),
              (id) => flow.messages.get(id) !== undefined,
              user.readLate,
            ),
          }
        : {}),
      ...(shared ? { tabs: host.wrapTabs(user.tabGroup) } : {}),
    });
    const tab: SimulatedTab = {
      name: `${name}/${opened}`,
      user: name,
      flow,
      host,
      page,
      statuses: new Map(),
      shown: new Set(),
      operations,
      composingUntil: -Infinity,
    };
    // A proxied flow must have a listener.
    flow.on('messageReceived', ({ message }) => noteLateArrival(user, flow, message));
    flow.on('messageChanged', ({ message }) => {
      // It need not be loaded.
      if (message.direction === 'incoming' && keepsInMemory(name, flow)) addReceived(user.received, message);
    });
    flow.on('messageStatusChanged', ({ message }) => {
      const entry = sent.get(message.id);
      if (message.status !== 'failed' || entry === undefined) return;
      entry.failed = true;
      // The message may be retried before the next check.
      tab.statuses.set(textId(message), 'failed');
    });
    flow.on('diagnostic', ({ code, cause }) => {
      if (code === 'listener-failed' || code === 'subscriber-failed') throw cause;
    });
    flow.store.subscribe(({ localComposingState }) => {
      addReceivedInMemory(tab);
      if (localComposingState === 'composing') tab.composingUntil = Infinity;
      else if (tab.composingUntil === Infinity) composingEnded(tab);
    });
    user.tabs.push(tab);
    onTab(tab);
    flow.start();
  }

  function keepsInMemory(name: SimulatedUserName, flow: InstantMessagingFlow): boolean {
    return !proxies(name) && (!scenario.stored || flow.store.getState().error?.code === 'storage');
  }

  function noteLateArrival(user: SimulatedUser, flow: InstantMessagingFlow, { messageId }: MessageRecord): void {
    const message = sent.get(messageId);
    if (message === undefined) return;
    for (const { id, tab, index } of sent.values()) {
      const isLater = tab === message.tab && index > message.index;
      if (isLater && user.storedIds().has(id) && flow.messages.get(id) === undefined) user.arrivedLate.add(messageId);
    }
  }

  /** A flow whose storage fails has messages and operations in memory, and reports the failure. */
  function addReceivedInMemory({ user: name, flow, operations }: SimulatedTab): void {
    if (!keepsInMemory(name, flow)) return;
    for (const id of operations.keys()) userOf(name).received.add(id);
    for (const id of flow.messages.order) {
      const record = flow.messages.get(id);
      if (record !== undefined) addReceived(userOf(name).received, record);
    }
  }

  /** What was done to a message before it was retracted arrived, though the record no longer shows it. */
  function addErased({ user: name, operations }: SimulatedTab): void {
    const { erased, received } = userOf(name);
    for (const [id, target] of operations) if (erased.has(target)) received.add(id);
  }

  function composingEnded(tab: SimulatedTab): void {
    tab.composingUntil = clock.monotonic();
    composingEnds.set(tab.user, clock.monotonic());
  }

  function nextText(tab: SimulatedTab): string {
    return `${tab.name} #${sent.size}.`;
  }

  function sentBy(tab: SimulatedTab, body: string, id: string): void {
    const origin = { id, body, user: tab.user, tab: tab.name, index: sent.size, queuedAt: clock.monotonic() };
    const flags = { stored: false, known: true, failed: false, tickLost: false, discarded: false, unsent: false };
    sent.set(id, { ...origin, ...flags, texts: [body], textUncertain: false });
  }

  function userOf(name: SimulatedUserName): SimulatedUser {
    return name === 'ana' ? users[0] : users[1];
  }

  function allTabs(): readonly SimulatedTab[] {
    return [...users[0].tabs, ...users[1].tabs];
  }

  return {
    scenario,
    clock,
    network,
    users,
    sent,
    transmitted,
    userOf,
    peerOf: (name) => userOf(name === 'ana' ? 'bo' : 'ana'),
    tabs: allTabs,
    openTab,
    kill(tab) {
      const { tabs, storedTicks, storedVersions } = userOf(tab.user);
      for (const entry of sent.values()) {
        const record = tab.flow.messages.get(entry.id);
        const tick = record && tickOf(record);
        if (entry.user === tab.user && tick !== storedTicks.get(entry.id)) entry.tickLost = true;
        // A change that the tab did not store is lost for this user.
        if (record !== undefined && versionOf(record) !== storedVersions.get(entry.id)) entry.textUncertain = true;
      }
      // The storage does not know that a held message was discarded.
      for (const id of userOf(tab.user).storedIds()) {
        const entry = sent.get(id);
        if (entry?.user === tab.user) entry.unsent = false;
      }
      userOf(tab.user).lostTabs = true;
      if (tab.composingUntil === Infinity) composingEnded(tab);
      tab.host.kill();
      tabs.splice(tabs.indexOf(tab), 1);
    },
    setOnline(name, online) {
      network.setOnline(name, online);
      for (const { page } of userOf(name).tabs) page.dispatchEvent(new Event(online ? 'pageshow' : 'pagehide'));
    },
    send(tab, replyTo) {
      const body = nextText(tab);
      sentBy(tab, body, tab.flow.sendMessage(body, replyTo === undefined ? {} : { replyTo }).id);
    },
    sendFile(tab) {
      const caption = nextText(tab);
      sentBy(tab, caption, tab.flow.sendFile(new Blob(['file']), { caption }).id);
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
      if (success) userOf('bo').received.add(id);
    },
    observe() {
      for (const tab of allTabs()) {
        addReceivedInMemory(tab);
        addErased(tab);
      }
      for (const entry of sent.values()) {
        const user = userOf(entry.user);
        entry.stored ||= user.storedIds().has(entry.id);
        entry.known = entry.stored || user.tabs.some((tab) => tab.flow.messages.get(entry.id) !== undefined);
      }
    },
    arrived(entry) {
      const peer = userOf(entry.user === 'ana' ? 'bo' : 'ana');
      return scenario.stored ? peer.storedIds().has(entry.id) : peer.received.has(entry.id);
    },
    lastComposing(name) {
      const goesOn = userOf(name).tabs.some((tab) => tab.composingUntil === Infinity);
      return goesOn ? clock.monotonic() : (composingEnds.get(name) ?? -Infinity);
    },
  };
}
