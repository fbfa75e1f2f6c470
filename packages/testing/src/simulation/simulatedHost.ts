import {
  type ChannelEvent,
  type Clock,
  createMonotonicTime,
  type MessageStorage,
  type TabCoordinator,
  type Transport,
} from '@imflow/core';
import type { BroadcastChannelLike } from '@imflow/core/transports';
import type { SimulatedTabs } from './simulatedTabs.ts';

/**
 * The simulated browser and computer below one tab. A killed host runs no further callback of the tab. A sleeping host
 * delays timers and events until it wakes, and then runs all of them at once.
 */
export interface SimulatedHost {
  readonly clock: Clock;
  /** The number of armed timers of the tab. */
  readonly timers: number;
  readonly alive: boolean;
  readonly asleep: boolean;
  /** @param received is called with each event before the tab. */
  wrapTransport(transport: Transport, received: (event: ChannelEvent) => void): Transport;
  /** The channel of a killed tab neither sends nor receives; a sleeping tab receives when it wakes. */
  wrapChannel(channel: BroadcastChannelLike): BroadcastChannelLike;
  wrapTabs(tabs: SimulatedTabs): TabCoordinator;
  /** Makes a call of the tab: that of a killed tab never settles, and a sleeping tab gets the result when it wakes. */
  call<T>(act: () => Promise<T>): Promise<T>;
  /** Each call takes `delay()` ms; the call of a killed tab never settles. */
  wrapStorage(storage: MessageStorage, delay: () => number, works: () => boolean): MessageStorage;
  kill(): void;
  sleep(): void;
  wake(timersFirst: boolean): void;
}

/** The result of a call by a killed tab. */
function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

/** @param simulationClock the clock that all hosts share. */
export function createSimulatedHost(simulationClock: Clock): SimulatedHost {
  let alive = true;
  let asleep = false;
  const cancels = new Set<() => void>();
  const lateTimers: (() => void)[] = [];
  const lateEvents: (() => void)[] = [];
  const cuts: (() => void)[] = [];

  /** Runs a callback of the tab now, when the host wakes, or never. */
  function happen(act: () => void): void {
    if (!alive) return;
    if (asleep) lateEvents.push(act);
    else act();
  }

  function answer<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => happen(() => resolve(value)),
        (error: unknown) => happen(() => reject(error)),
      );
    });
  }

  const clock: Clock = {
    now: () => simulationClock.now(),
    monotonic: createMonotonicTime(simulationClock),
    setTimer(callback, delay) {
      let live = true;
      const fire = (): void => {
        if (!live || !alive) return;
        live = false;
        cancels.delete(cancel);
        callback();
      };
      const cancelTimer = simulationClock.setTimer(() => (asleep ? lateTimers.push(fire) : fire()), delay);
      const cancel = (): void => {
        live = false;
        cancelTimer();
        cancels.delete(cancel);
      };
      cancels.add(cancel);
      return cancel;
    },
  };

  return {
    clock,
    get timers() {
      return cancels.size;
    },
    get alive() {
      return alive;
    },
    get asleep() {
      return asleep;
    },
    wrapTransport(inner, received) {
      cuts.push(() => inner.disconnect());
      return {
        localAddress: inner.localAddress,
        capabilities: inner.capabilities,
        connect: () => (alive ? inner.connect() : undefined),
        disconnect: () => (alive ? inner.disconnect() : undefined),
        getStatus: () => inner.getStatus(),
        subscribe: (listener) => inner.subscribe(() => happen(listener)),
        openChannel(remote, receive) {
          const channel = inner.openChannel(remote, (event) =>
            happen(() => {
              received(event);
              receive(event);
            }),
          );
          cuts.push(() => channel.close());
          return {
            send: (message) => (alive ? answer(channel.send(message)) : never()),
            sendOperation: (operation) =>
              alive && channel.sendOperation !== undefined ? answer(channel.sendOperation(operation)) : never(),
            sendComposing: (notification) => (alive ? answer(channel.sendComposing(notification)) : never()),
            sendNotification: (notification) => (alive ? answer(channel.sendNotification(notification)) : never()),
            acknowledge: (messageId, outcome) => (alive ? channel.acknowledge?.(messageId, outcome) : undefined),
            close: () => channel.close(),
          };
        },
      };
    },
    wrapChannel(inner) {
      // First: a killed tab announces nothing.
      cuts.unshift(() => inner.close());
      return {
        addEventListener: (type, listener) => inner.addEventListener(type, (event) => happen(() => listener(event))),
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel takes none
        postMessage: (data) => inner.postMessage(data),
        close: () => inner.close(),
      };
    },
    wrapTabs(tabs) {
      return {
        join(_conversation, listener) {
          const membership = tabs.join({
            elected: () => happen(() => listener.elected()),
            demoted: () => happen(() => listener.demoted()),
            received: (post) => happen(() => listener.received(post)),
          });
          cuts.push(() => membership.leave());
          return {
            post: (post) => (alive ? membership.post(post) : undefined),
            leave: () => membership.leave(),
          };
        },
      };
    },
    wrapStorage(storage, delay, works) {
      function call<T>(act: () => Promise<T>): Promise<T> {
        if (!alive) return never();
        return new Promise((resolve, reject) => {
          simulationClock.setTimer(() => {
            if (!alive) return;
            const result = works() ? act() : Promise.reject(new Error('The disk is full.'));
            answer(result).then(resolve, reject);
          }, delay());
        });
      }
      return {
        open: (conversation, limit) => call(() => storage.open(conversation, limit)),
        loadBefore: (conversation, before, limit) => call(() => storage.loadBefore(conversation, before, limit)),
        find: (conversation, messageIds) => call(() => storage.find(conversation, messageIds)),
        write: (conversation, write) => {
          // The storage receives the values of the time of the call.
          const copy = structuredClone(write);
          return call(() => storage.write(conversation, copy));
        },
      };
    },
    call: (act) => (alive ? answer(act()) : never()),
    kill() {
      alive = false;
      for (const cancel of cancels) cancel();
      for (const cut of cuts) cut();
    },
    sleep() {
      asleep = true;
    },
    wake(timersFirst) {
      asleep = false;
      const late = timersFirst ? [...lateTimers, ...lateEvents] : [...lateEvents, ...lateTimers];
      lateTimers.length = lateEvents.length = 0;
      for (const act of late) if (alive) act();
    },
  };
}
