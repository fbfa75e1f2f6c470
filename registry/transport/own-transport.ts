// A transport for a backend of your own, over HTTP and a stream of events. Change the paths and the JSON to those of your
// backend; the contract of a transport is in "Writing a transport", and `transportConformance` of @imflow/testing
// tests it.
//
// What this one expects of the backend, for the user of the token:
//
//   POST {url}/messages   { to, message }       Stores the message and forwards it. One with a known messageId is not stored again.
//   POST {url}/composing  { to, composing }     Forwards that the user is typing. Never stored.
//   POST {url}/receipts   { to, notification }  Stores and forwards that messages were delivered, displayed or failed.
//   POST {url}/acks       { ids }               The page has stored these events: they need not be sent again.
//   GET  {url}/history?with=…&before=…&limit=…  A HistoryPage: messages before a position, oldest first, and their receipts.
//   GET  {url}/events                           Server-sent events, first those that wait for an ack, messages of them with
//     fromHistory: true. Each `data` is one line of JSON: { id, with, event }, where `with` is the other participant and `event` a
//     ChannelEvent whose sender the backend has set. Events that are not stored have no id. A line that begins with a colon at
//     least every 20 seconds shows that the connection is alive.

import {
  type ChannelEvent,
  type Clock,
  FlowError,
  type HistoryPage,
  systemClock,
  systemRandom,
  type Transport,
  TransportFailure,
  type TransportStatus,
} from '@imflow/core';

export interface OwnTransportOptions {
  /** Address of the backend, such as `https://example.com/chat`. */
  readonly url: string;
  /** Address of the user who is signed in. */
  readonly address: string;
  /** Returns a token of the user; it is called for each request. */
  readonly token: () => Promise<string>;
  /** Called when a participant writes whose conversation is not open: open it, and the message is delivered. */
  readonly onIncomingConversation?: (remote: string) => void;
  /** Default: `fetch` of the page. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock?: Clock;
}

interface OpenChannel {
  readonly remote: string;
  readonly receive: (event: ChannelEvent) => void;
}

/** One event of the stream. */
interface Frame {
  readonly id?: string;
  readonly with: string;
  readonly event: ChannelEvent;
}

/** After this time without data of the backend, in ms, the connection counts as lost. */
const SILENCE = 45_000;
const FIRST_DELAY = 500;
const MAX_DELAY = 30_000;

const retryable = (why: string): Error => new TransportFailure(503, why, { retryable: true });

export function createOwnTransport(options: OwnTransportOptions): Transport {
  const { url, address, token, clock = systemClock } = options;
  const send = options.fetch ?? ((...args) => globalThis.fetch(...args));
  let status: TransportStatus = { state: 'offline' };
  let stream: AbortController | undefined;
  let stopTimer: (() => void) | undefined;
  let failures = 0;
  const listeners = new Set<() => void>();
  const channels = new Set<OpenChannel>();
  const pending = new Map<AbortController, OpenChannel>();
  /** The ids of events that the engine has not stored yet. */
  const unstored = new Map<string, string[]>();
  /** Messages and receipts of conversations that are not open. */
  let unclaimed: Frame[] = [];

  function become(next: TransportStatus): void {
    if (next.state === status.state) return;
    status = next;
    for (const listener of Array.from(listeners)) listener();
  }

  /** Calls the backend. Settles when the signal is aborted, whatever the backend does. */
  async function call(path: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const authorized = async (): Promise<Response> => {
      const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
      return send(`${url}/${path}`, { ...init, headers });
    };
    return Promise.race([authorized(), whenAborted(init.signal)]);
  }

  /** A request of a channel. */
  async function request(channel: OpenChannel, path: string, body?: object): Promise<Response> {
    if (status.state !== 'online' || !channels.has(channel))
      throw retryable('There is no connection, or the channel is closed.');
    const controller = new AbortController();
    pending.set(controller, channel);
    try {
      // Serialised at once: the caller may change the arguments.
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await call(path, { ...init, signal: controller.signal });
      if (!response.ok)
        throw new TransportFailure(response.status, 'The backend refused it.', {
          retryable: isRetryable(response.status),
        });
      return response;
    } catch (error) {
      throw error instanceof TransportFailure ? error : retryable('The connection was lost before the response.');
    } finally {
      pending.delete(controller);
    }
  }

  function dial(): void {
    const current = new AbortController();
    stream = current;
    become({ state: 'connecting' });
    listen(current.signal).catch((error: unknown) => {
      if (stream === current) hangUp(error instanceof FlowError ? { state: 'closed', error } : { state: 'connecting' });
    });
  }

  function hangUp(next: TransportStatus): void {
    stream?.abort();
    stream = undefined;
    for (const controller of Array.from(pending.keys())) controller.abort();
    stopTimer?.();
    const delay = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** failures) * (0.5 + systemRandom.next() / 2);
    stopTimer = next.state === 'connecting' ? clock.setTimer(dial, delay) : undefined;
    failures += 1;
    become(next);
  }

  /** Reads the stream until it ends. @throws FlowError `refused` where the backend does not accept the user. */
  async function listen(signal: AbortSignal): Promise<void> {
    watch();
    const response = await call('events', { signal });
    if (response.status === 401 || response.status === 403)
      throw new FlowError('refused', 'The backend refused the sign-in.');
    if (!response.ok || response.body === null) throw retryable('The backend opened no stream.');
    failures = 0;
    unclaimed = [];
    become({ state: 'online' });
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      // Frames of an earlier connection are ignored.
      if (signal.aborted) return;
      if (done) throw retryable('The stream ended.');
      watch();
      const lines = (text + decoder.decode(value, { stream: true })).split(/\r?\n/);
      text = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data:')) receive(JSON.parse(line.slice('data:'.length)) as Frame);
    }
  }

  /** Closes a connection that broke without an event. */
  function watch(): void {
    stopTimer?.();
    stopTimer = clock.setTimer(() => hangUp({ state: 'connecting' }), SILENCE);
  }

  function receive(frame: Frame): void {
    const key = keyOf(frame);
    if (frame.id !== undefined && key !== undefined) unstored.set(key, [...(unstored.get(key) ?? []), frame.id]);
    const open = Array.from(channels).filter(({ remote }) => remote === frame.with);
    for (const channel of open) channel.receive(frame.event);
    if (open.length > 0 || frame.id === undefined) return;
    unclaimed.push(frame);
    if (frame.event.type === 'message') options.onIncomingConversation?.(frame.with);
  }

  /** Delivers the events that arrived before the conversation was open. */
  function claim(channel: OpenChannel): void {
    const frames = unclaimed.filter((frame) => frame.with === channel.remote);
    unclaimed = unclaimed.filter((frame) => frame.with !== channel.remote);
    for (const { event } of frames) if (channels.has(channel)) channel.receive(event);
  }

  return {
    localAddress: address,
    capabilities: {
      deliveryNotifications: true,
      displayedNotifications: 'up-to',
      offlineDelivery: true,
      history: true,
      // Events that another device of the user has acknowledged are in the history only.
      catchUp: true,
    },
    connect: () => (status.state === 'offline' ? dial() : undefined),
    disconnect: () =>
      status.state === 'offline' || status.state === 'closed' ? undefined : hangUp({ state: 'offline' }),
    getStatus: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    openChannel(remote, deliver) {
      const channel: OpenChannel = { remote, receive: deliver };
      channels.add(channel);
      queueMicrotask(() => claim(channel));
      return {
        async send(message) {
          await request(channel, 'messages', { to: remote, message });
          return { outcome: 'accepted' };
        },
        async sendComposing(composing) {
          await request(channel, 'composing', { to: remote, composing });
        },
        async sendNotification(notification) {
          await request(channel, 'receipts', { to: remote, notification });
        },
        acknowledge(messageId, outcome) {
          const key = `${remote} ${messageId} ${outcome ?? 'message'}`;
          const ids = unstored.get(key);
          unstored.delete(key);
          // Without the ack, the events come again with the next connection.
          if (ids !== undefined) request(channel, 'acks', { ids }).catch(() => {});
        },
        async loadHistory({ before, limit }) {
          const query = new URLSearchParams({
            with: remote,
            limit: String(limit),
            ...(before === undefined ? {} : { before }),
          });
          const response = await request(channel, `history?${query}`);
          return (await response.json()) as HistoryPage;
        },
        close() {
          channels.delete(channel);
          for (const [controller, owner] of Array.from(pending)) if (owner === channel) controller.abort();
        },
      };
    },
  };
}

/** The key by which the engine acknowledges an event. */
function keyOf({ with: remote, event }: Frame): string | undefined {
  if (event.type === 'message') return `${remote} ${event.message.messageId} message`;
  return event.type === 'notification' ? `${remote} ${event.messageId} ${event.outcome}` : undefined;
}

/** Whether the same request may succeed later: the server has a problem, or the token has expired. */
function isRetryable(code: number): boolean {
  return code >= 500 || code === 401 || code === 408 || code === 429;
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(retryable('The connection was given up.'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
