import {
  type Channel,
  type ChannelEvent,
  createInstantMessagingFlow,
  type IncomingMessage,
  type Transport,
} from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { createRoot } from 'react-dom/client';
import { conversation } from '../shared/messages.ts';
import { createPastStorage } from './pastStorage.ts';
import { until } from '../shared/until.ts';

/**
 * How the missed messages, or receipts, arrive: in one event of history, in frames of 100 as from `@imflow/server`, one
 * by one, or on pages of the archive that the engine reads.
 */
export type Arrival = 'event' | 'frames' | 'messages' | 'archive' | 'receipts';

/** What a reconnect costs, in ms. */
export interface Missed {
  /** From the reconnect until the newest message is visible, or the first status has changed. */
  readonly shown: number;
  /** Until all are merged. */
  readonly merged: number;
  /** The tasks of the page that took 50 ms or longer. */
  readonly longTasks: readonly number[];
  /** The times from a key to the end of the frame that shows its character. */
  readonly keys: readonly number[];
}

const STORED = 1_000;
const PAGE = 100;
/** How many single frames arrive between two frames of the page. */
const AT_ONCE = 10;
const SPACING = 90_000;

/** Shows a stored conversation, and delivers `count` messages that the device missed while the user types. */
export async function measureMissed(arrival: Arrival, count: number): Promise<Missed> {
  const host = document.createElement('div');
  host.style.cssText = 'position:fixed;inset:0 auto auto 0;inline-size:400px;block-size:700px;display:flex';
  document.body.append(host);
  const receipts = arrival === 'receipts';
  const storage = createIndexedDbStorage({ name: `missed-${crypto.randomUUID()}` });
  const stored = receipts ? count : STORED;
  const past = conversation(stored, 'm', Date.now() - count * SPACING).map((message) =>
    receipts ? { ...message, own: true, status: 'sent' as const } : message,
  );
  await createPastStorage(past, storage);
  const missed: IncomingMessage[] = conversation(count, 'n', Date.now()).map(({ id, own, body, at }, index) => ({
    messageId: id,
    sender: own ? 'ana' : 'bo',
    contentType: 'text/plain',
    body,
    sentAt: at,
    position: String(stored + index),
    fromHistory: true,
  }));
  const wire = createWire(
    [
      ...past.map(({ id, own, body, at }, index) => ({
        messageId: id,
        sender: own ? 'ana' : 'bo',
        contentType: 'text/plain',
        body,
        sentAt: at,
        position: String(index),
        fromHistory: true,
      })),
      ...missed,
    ],
    arrival === 'archive',
  );
  const flow = createInstantMessagingFlow({ transport: wire.transport, remote: 'bo', storage });
  flow.start();
  createRoot(host).render(
    <FlowProvider flow={flow}>
      <Chat />
    </FlowProvider>,
  );
  await until(() => host.querySelector('.imflow-row') !== null);
  // Waits for work that the first frames postponed.
  await new Promise((resolve) => setTimeout(resolve, 500));
  host.querySelector('textarea')?.focus();

  const longTasks: number[] = [];
  const keys: number[] = [];
  const observer = new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => duration)),
  );
  observer.observe({ type: 'longtask' });
  const stopKeys = watchKeys(keys);
  const started = performance.now();
  const newest = missed.at(-1)?.messageId ?? '';
  const last = past.at(-1)?.id ?? '';
  let shown = NaN;
  const isShown = (): boolean =>
    receipts
      ? flow.messages.get(last)?.status === 'displayed'
      : host.querySelector('.imflow-items')?.textContent.includes(`${newest}:`) === true;
  const showing = until(() => {
    if (isShown()) shown = performance.now() - started;
    return !Number.isNaN(shown);
  });
  wire.reconnect();
  if (arrival === 'event') wire.emit({ type: 'history', messages: missed });
  if (arrival === 'frames') {
    for (let start = 0; start < count; start += PAGE) {
      await nextTask();
      wire.emit({ type: 'history', messages: missed.slice(start, start + PAGE) });
    }
  }
  if (arrival === 'messages') {
    for (const [index, message] of missed.entries()) {
      if (index % AT_ONCE === 0) await nextTask();
      wire.emit({ type: 'message', message });
    }
  }
  if (receipts) {
    for (const [index, { id }] of past.entries()) {
      if (index % AT_ONCE === 0) await nextTask();
      wire.emit({
        type: 'notification',
        sender: 'bo',
        messageId: id,
        outcome: 'displayed',
        upTo: true,
        messageIds: [id],
      });
    }
  }
  const isMerged = (): boolean =>
    receipts
      ? wire.acknowledged() >= count
      : flow.messages.order.length >= count && !flow.store.getState().history.loading;
  await until(() => isMerged());
  const merged = performance.now() - started;
  await showing;
  await new Promise((resolve) => setTimeout(resolve, 300));
  observer.disconnect();
  stopKeys();
  return { shown, merged, longTasks, keys };
}

/** Adds the time of each key until the frame after it has been painted. Returns a function that stops. */
function watchKeys(times: number[]): () => void {
  const watch = ({ timeStamp }: KeyboardEvent): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      // A message that is posted in a frame arrives after its painting.
      port1.addEventListener('message', () => {
        times.push(performance.now() - timeStamp);
        port1.close();
      });
      port1.start();
      port2.postMessage(undefined);
    });
  };
  document.addEventListener('keydown', watch, true);
  return () => document.removeEventListener('keydown', watch, true);
}

/** A transport with an archive, whose participant never answers. */
function createWire(archive: readonly IncomingMessage[], catchUp: boolean) {
  let state: 'offline' | 'online' = 'offline';
  let acknowledged = 0;
  const listeners = new Set<() => void>();
  const receivers = new Set<(event: ChannelEvent) => void>();
  const transport: Transport = {
    localAddress: 'ana',
    capabilities: {
      deliveryNotifications: true,
      displayedNotifications: 'up-to',
      history: true,
      catchUp,
      offlineDelivery: true,
      maxInFlight: 32,
    },
    connect: () => {},
    disconnect: () => {},
    getStatus: () => ({ state }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    openChannel(_remote, receive): Channel {
      receivers.add(receive);
      return {
        send: async () => ({ outcome: 'accepted' }),
        sendComposing: async () => {},
        sendNotification: async () => {},
        acknowledge: () => void (acknowledged += 1),
        async loadHistory({ before, limit }) {
          await nextTask();
          const end = before === undefined ? archive.length : Number(before);
          const start = Math.max(0, end - limit);
          return { messages: archive.slice(start, end), end: start === 0 };
        },
        close: () => receivers.delete(receive),
      };
    },
  };
  return {
    transport,
    acknowledged: () => acknowledged,
    emit(event: ChannelEvent) {
      for (const receive of receivers) receive(event);
    },
    reconnect() {
      state = 'online';
      for (const listener of listeners) listener();
    },
  };
}

/** Resolves in a later task, before which the browser may paint, as it may between two frames of a WebSocket. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
