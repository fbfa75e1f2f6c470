import { createInstantMessagingFlow } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { createRoot } from 'react-dom/client';
import { conversation } from '../shared/messages.ts';
import { archived, type Arrival, arrivalsOf } from './arrivals.ts';
import { createPastStorage } from './pastStorage.ts';
import { createScriptedWire, nextTask } from './scriptedWire.ts';
import { until } from '../shared/until.ts';

/** What a reconnect costs, in ms. */
export interface Missed {
  /** From the reconnect until the newest message is visible, or its tick shows that it was displayed. */
  readonly shown: number;
  /** Until all are merged. */
  readonly merged: number;
  /** The tasks of the page that took 50 ms or longer. */
  readonly longTasks: readonly number[];
  /** The times from a key to the end of the frame that shows its character. */
  readonly keys: readonly number[];
}

const STORED = 1_000;
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
  const missed = conversation(count, 'n', Date.now());
  const archive = [...past, ...missed].map(archived);
  const newest = archive.at(-1)?.messageId ?? '';
  const wire = createScriptedWire(archive, arrival === 'archive');
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
  const loaded = flow.messages.order.length;
  const started = performance.now();
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
  for (const events of arrivalsOf(arrival, past, archive.slice(stored))) {
    await nextTask();
    for (const event of events) wire.emit(event);
  }
  await until(() => (receipts ? wire.acknowledged() : flow.messages.order.length - loaded) >= count);
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
