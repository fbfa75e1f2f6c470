import { type ChannelEvent, type SendResult, systemClock, type Transport, TransportFailure } from '@imflow/core';

type Open = { remote: string; receive(event: ChannelEvent): void; unanswered: Map<number, (no?: Error) => void> };
/** A forwarded frame. The relay sets `from`, so that a client cannot send in the name of another user. */
type Frame = { from: string; event?: ChannelEvent; id?: number; answer?: number; taken?: boolean };

const retryable = (code: number, why: string): Error => new TransportFailure(code, why, { retryable: true });

/** @param openSocket opens a WebSocket to the relay, signed in as `address`. It must not throw. */
export function createRelayTransport(address: string, openSocket: () => WebSocket, clock = systemClock): Transport {
  let state: 'offline' | 'connecting' | 'online' = 'offline';
  let socket: WebSocket | undefined;
  let stopRedial: (() => void) | undefined;
  let requests = 0;
  const listeners = new Set<() => void>();
  const channels = new Set<Open>();

  function become(next: typeof state): void {
    if (state === next) return;
    state = next;
    for (const listener of Array.from(listeners)) listener();
  }
  function dial(): void {
    const opened = openSocket();
    const current = (): boolean => socket === opened; // Frames of an earlier socket are ignored.
    socket = opened;
    opened.addEventListener('open', () => current() && become('online'));
    opened.addEventListener('message', ({ data }) => current() && receive(JSON.parse(String(data)) as Frame));
    opened.addEventListener('close', () => current() && hangUp('connecting'));
    become('connecting');
  }
  function hangUp(next: 'offline' | 'connecting'): void {
    socket?.close();
    socket = undefined;
    stopRedial?.();
    stopRedial = next === 'connecting' ? clock.setTimer(dial, 1_000) : undefined;
    for (const channel of channels) fail(channel, retryable(503, 'The connection was lost before the response.'));
    become(next);
  }
  function fail({ unanswered }: Open, failure: Error): void {
    for (const settle of unanswered.values()) settle(failure);
    unanswered.clear();
  }
  function receive({ from, event, id, answer = -1, taken }: Frame): void {
    const open = Array.from(channels).filter(({ remote }) => remote === from);
    if (id !== undefined) socket?.send(JSON.stringify({ to: from, answer: id, taken: open.length > 0 }));
    for (const channel of open) {
      channel.unanswered.get(answer)?.(taken === true ? undefined : retryable(480, 'They are not there.'));
      channel.unanswered.delete(answer);
      if (event?.type === 'participant') fail(channel, retryable(480, 'They came or went before the answer came.'));
      if (event !== undefined) channel.receive(event);
    }
  }
  function post(channel: Open, event: object, id?: number): void {
    if (state !== 'online' || !channels.has(channel)) throw retryable(503, 'No link, or the channel is closed.');
    socket?.send(JSON.stringify({ to: channel.remote, id, event }));
  }
  async function ask(channel: Open, event: object): Promise<SendResult> {
    const id = (requests += 1);
    post(channel, event, id);
    return new Promise((resolve, reject) => {
      channel.unanswered.set(id, (no) => (no === undefined ? resolve({ outcome: 'accepted' }) : reject(no)));
    });
  }
  return {
    localAddress: address,
    capabilities: { deliveryNotifications: true, displayedNotifications: 'up-to' },
    connect: () => (state === 'offline' ? dial() : undefined),
    disconnect: () => (state === 'offline' ? undefined : hangUp('offline')),
    getStatus: () => ({ state }),
    subscribe: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    openChannel(remote, receiveEvent) {
      const channel: Open = { remote, receive: receiveEvent, unanswered: new Map() };
      channels.add(channel);
      return {
        send: (message) => ask(channel, { type: 'message', message }),
        sendComposing: async (composing) => post(channel, { type: 'composing', ...composing }),
        sendNotification: async (it) => void (await ask(channel, { type: 'notification', ...it })),
        close: () => (channels.delete(channel) ? fail(channel, retryable(503, 'The channel was closed.')) : undefined),
      };
    },
  };
}
