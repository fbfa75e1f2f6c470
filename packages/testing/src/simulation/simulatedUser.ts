/** A user of a simulated conversation: the state that outlives their tabs. */

import {
  type MessageRecord,
  type MessageStorage,
  type Random,
  revisionsOf,
  type StoredConversation,
} from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import type { VirtualClock } from '../virtualClock.ts';
import { versionOf } from './projections.ts';
import type { SimulatedUserName } from './script.ts';
import { createSimulatedFiles, type SimulatedFiles } from './simulatedFiles.ts';
import { createSimulatedTabs, type SimulatedTabs } from './simulatedTabs.ts';
import type { SimulatedTab } from './simulation.ts';

/** A user, with the state that outlives their tabs. */
export interface SimulatedUser {
  readonly name: SimulatedUserName;
  readonly tabs: SimulatedTab[];
  /** Ids of messages that reached this user: stored, or in memory without a storage. In proxied mode: reported as successful. */
  readonly received: Set<string>;
  /** Ids of texts that were shown when the user marked messages as displayed. */
  readonly displayed: Set<string>;
  readonly tabGroup: SimulatedTabs;
  /** The text and the status of own messages in the storage, by message. */
  readonly storedTicks: ReadonlyMap<string, string>;
  /** The version of each stored message. */
  readonly storedVersions: ReadonlyMap<string, string>;
  /** When the hosts of their tabs woke last. */
  wokeAt: number;
  storageWorks: boolean;
  /** The storage failed at some time. A message that arrives during a failure gets no reliable sort key. */
  storageBroke: boolean;
  /** A tab was killed: the next one knows the time of day only. */
  lostTabs: boolean;
  /** Ids of own messages that a tab read after it had sent later ones. */
  readonly readLate: Set<string>;
  /** Ids of received messages that came after later ones, which were stored and not loaded: they are placed behind them. */
  readonly arrivedLate: Set<string>;
  /** Ids of stored messages that were retracted. Their earlier texts are gone. */
  readonly erased: ReadonlySet<string>;
  storedIds(): ReadonlySet<string>;
  readonly storage: MessageStorage;
  readonly files: SimulatedFiles;
  /** The ids of the files that wait on the device of the user. */
  filesLeft(): Promise<readonly string[]>;
  /** The content of the storage. */
  stored(): Promise<StoredConversation>;
}

/** The id of the text that a record shows: that of its last edit, or of the message. */
export function textId(record: MessageRecord): string {
  return revisionsOf(record).at(-1)?.id ?? record.messageId;
}

/** The text that a record shows, and its status. */
export function tickOf(record: MessageRecord): string {
  return `${textId(record)} ${record.status}`;
}

/** Adds a received message with all its texts. */
export function addReceived(received: Set<string>, record: MessageRecord): void {
  received.add(record.id);
  for (const { id } of revisionsOf(record)) received.add(id);
}

function conversationOf(name: SimulatedUserName): string {
  return JSON.stringify(name === 'ana' ? ['ana', 'bo'] : ['bo', 'ana']);
}

/** @param proxies the application of the user reports what it received; otherwise what is stored counts. */
export function createSimulatedUser(
  name: SimulatedUserName,
  proxies: boolean,
  clock: VirtualClock,
  random: Random,
): SimulatedUser {
  const storage = createMemoryStorage();
  const storedIds = new Set<string>();
  const erased = new Set<string>();
  const storedTicks = new Map<string, string>();
  const storedVersions = new Map<string, string>();
  const files = createSimulatedFiles(clock, random, () => user.storageWorks);
  const user: SimulatedUser = {
    name,
    tabs: [],
    received: new Set<string>(),
    displayed: new Set<string>(),
    tabGroup: createSimulatedTabs(clock, random),
    storedTicks,
    storedVersions,
    wokeAt: -Infinity,
    storageWorks: true,
    storageBroke: false,
    lostTabs: false,
    readLate: new Set<string>(),
    arrivedLate: new Set<string>(),
    erased,
    storedIds: () => storedIds,
    files,
    filesLeft: () => files.left(conversationOf(name)),
    stored: () => storage.open(conversationOf(name), Infinity),
    storage: {
      ...storage,
      async write(conversation, what) {
        await storage.write(conversation, what);
        const added = (what.add ?? []).filter(({ id }) => !storedIds.has(id));
        for (const record of [...what.put, ...added]) {
          storedIds.add(record.id);
          storedTicks.set(record.id, tickOf(record));
          storedVersions.set(record.id, versionOf(record));
          if (record.retracted !== undefined) erased.add(record.messageId);
          if (record.direction === 'incoming' && !proxies) addReceived(user.received, record);
        }
        for (const id of what.remove) storedIds.delete(id);
      },
    },
  };
  return user;
}
