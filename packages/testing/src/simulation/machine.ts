import {
  type Clock,
  createMonotonicTime,
  type MessageStorage,
  type TabCoordinator,
  type Transport,
} from '@imflow/core';
import type { BroadcastChannelLike } from '@imflow/core/transports';
import type { SimulatedTabs } from './simulatedTabs.ts';

/**
 * What a tab runs on. It can be killed: then no line of the tab runs any more, whatever it waited for. It can sleep:
 * then timers and events come late, all at once.
 */
export interface Machine {
  readonly clock: Clock;
  /** Timers of the tab that are armed. */
  readonly timers: number;
  readonly alive: boolean;
  readonly asleep: boolean;
  wrapTransport(transport: Transport): Transport;
  /** A killed tab's channel is silent from then on; a sleeping tab hears what came when it wakes. */
  wrapChannel(channel: BroadcastChannelLike): BroadcastChannelLike;
  wrapTabs(tabs: SimulatedTabs): TabCoordinator;
  /** Each call takes a while; a killed tab's call never comes to anything. */
  wrapStorage(storage: MessageStorage, delay: () => number, works: () => boolean): MessageStorage;
  kill(): void;
  sleep(): void;
  wake(timersFirst: boolean): void;
}

/** What a dead tab waits for. */
function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

export function createMachine(world: Clock): Machine {
  let alive = true;
  let asleep = false;
  const cancels = new Set<() => void>();
  const lateTimers: (() => void)[] = [];
  const lateEvents: (() => void)[] = [];
  const cuts: (() => void)[] = [];

  /** Lets something happen to the tab now, or when it wakes, or never. */
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
    now: () => world.now(),
    monotonic: createMonotonicTime(world),
    setTimer(callback, delay) {
      let live = true;
      const fire = (): void => {
        if (!live || !alive) return;
        live = false;
        cancels.delete(cancel);
        callback();
      };
      const cancelTimer = world.setTimer(() => (asleep ? lateTimers.push(fire) : fire()), delay);
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
    wrapTransport(inner) {
      cuts.push(() => inner.disconnect());
      return {
        localAddress: inner.localAddress,
        capabilities: inner.capabilities,
        connect: () => (alive ? inner.connect() : undefined),
        disconnect: () => (alive ? inner.disconnect() : undefined),
        getStatus: () => inner.getStatus(),
        subscribe: (listener) => inner.subscribe(() => happen(listener)),
        openChannel(remote, receive) {
          const channel = inner.openChannel(remote, (event) => happen(() => receive(event)));
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
      // First, so that nothing else of a killed tab says goodbye.
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
          world.setTimer(() => {
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
          // What is written is what it was at the call.
          const copy = structuredClone(write);
          return call(() => storage.write(conversation, copy));
        },
      };
    },
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
