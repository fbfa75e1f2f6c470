/** A transport without a network, which a test controls. */

import type {
  Channel,
  ChannelEvent,
  HistoryMatches,
  HistoryPage,
  HistoryRequest,
  HistorySearchRequest,
  OutgoingComposing,
  OutgoingMessage,
  OutgoingNotification,
  OutgoingOperation,
  SendResult,
  Transport,
  TransportCapabilities,
  TransportStatus,
} from '@imflow/core';

/** Options of the fake transport: local address, capabilities and automatic responses. */
export interface FakeTransportOptions {
  /** Default `ana`. */
  readonly localAddress?: string;
  /** Default: delivery notifications, up-to displayed notifications, offline delivery and all operations. */
  readonly capabilities?: Partial<TransportCapabilities>;
  /** The result of every message, or `manual`: the test answers each one. Default `{ outcome: 'accepted' }`. */
  readonly autoAnswer?: SendResult | 'manual';
  /** `auto` accepts composing notifications at once; `manual`: the test does. Default `auto`. */
  readonly composingAnswer?: 'auto' | 'manual';
  /** `auto` accepts delivery and displayed notifications at once; `manual`: the test does. Default `auto`. */
  readonly notificationAnswer?: 'auto' | 'manual';
  /** Whether `connect` sets the status to `online` before it returns. Default true. */
  readonly autoConnect?: boolean;
}

/** The common part of all recorded calls. */
export interface SentByFlow {
  /** The remote address of the channel that it was sent on. */
  readonly remote: string;
  /** Makes the call reject; meant for a `TransportFailure`. Only the first answer counts. */
  fail(error: unknown): void;
}

/** A message that the engine sent. */
export interface FakeMessage extends SentByFlow {
  readonly message: OutgoingMessage;
  /** Answers the message. Default `{ outcome: 'accepted' }`. Only the first answer counts. */
  accept(answer?: SendResult): void;
}

/** An edit, a retraction or reactions that the engine sent. */
export interface FakeOperation extends SentByFlow {
  readonly operation: OutgoingOperation;
  /** Answers the operation. Default `{ outcome: 'accepted' }`. Only the first answer counts. */
  accept(answer?: SendResult): void;
}

/** A composing notification that the engine sent. */
export interface FakeComposing extends SentByFlow {
  readonly notification: OutgoingComposing;
  accept(): void;
}

/** A delivery or displayed notification that the engine sent. */
export interface FakeNotification extends SentByFlow {
  readonly notification: OutgoingNotification;
  accept(): void;
}

/** A page of history that the engine requested. It waits until the test responds. */
export interface FakeHistoryRequest extends SentByFlow {
  readonly request: HistoryRequest;
  accept(page: HistoryPage): void;
}

/** A search of the engine in the history. */
export interface FakeSearchRequest extends SentByFlow {
  readonly request: HistorySearchRequest;
  accept(matches: HistoryMatches): void;
}

/** The ack of the engine: the frame need not be delivered again. */
export interface FakeAcknowledgement {
  readonly remote: string;
  readonly messageId: string;
  /** For a notification of this outcome; undefined for a message. */
  readonly outcome: OutgoingNotification['outcome'] | undefined;
}

/**
 * A transport without a network: it records the calls of the engine, and emits the events that the test passes to it.
 */
export interface FakeTransport extends Transport {
  /** Sets the status and notifies the subscribers. Pending calls stay pending: reject them explicitly. */
  setStatus(status: TransportStatus): void;
  /** Emits an event on the open channels of `remote`, or on all open channels. */
  push(event: ChannelEvent, remote?: string): void;
  /** All sent messages, oldest first. */
  readonly messages: readonly FakeMessage[];
  /** All sent edits, retractions and reactions, oldest first. */
  readonly operations: readonly FakeOperation[];
  readonly composing: readonly FakeComposing[];
  readonly notifications: readonly FakeNotification[];
  readonly historyRequests: readonly FakeHistoryRequest[];
  readonly searchRequests: readonly FakeSearchRequest[];
  /** The acks of the engine, oldest first. */
  readonly acknowledgements: readonly FakeAcknowledgement[];
  /**
   * A log of all calls in their order: `composing`, `idle`, `message:<body>`, `delivered:<id>`, `displayed:<id>`,
   * `failed:<id>:<code>`, and for operations the kind with the id of the message: `edit:<id>`, `retract:<id>`,
   * `react:<id>`.
   */
  readonly wire: readonly string[];
  /** How often the engine called `connect`. */
  readonly connects: number;
  /** How often the engine called `disconnect`. */
  readonly disconnects: number;
  /** How many channels are open. */
  readonly openChannels: number;
  /** How many listeners are subscribed to the status. */
  readonly subscribers: number;
}

interface OpenChannel {
  readonly remote: string;
  readonly receive: (event: ChannelEvent) => void;
}

function logEntryOf(notification: OutgoingNotification): string {
  const name = `${notification.outcome}:${notification.messageId}`;
  return notification.outcome === 'failed' ? `${name}:${notification.code}` : name;
}

/** Creates a transport that the test controls. Its first status is `offline`. */
export function createFakeTransport(options: FakeTransportOptions = {}): FakeTransport {
  const { autoAnswer = { outcome: 'accepted' }, autoConnect = true } = options;
  let status: TransportStatus = { state: 'offline' };
  let connects = 0;
  let disconnects = 0;
  const listeners = new Set<() => void>();
  const channels = new Set<OpenChannel>();
  const messages: FakeMessage[] = [];
  const operations: FakeOperation[] = [];
  const composing: FakeComposing[] = [];
  const notifications: FakeNotification[] = [];
  const historyRequests: FakeHistoryRequest[] = [];
  const searchRequests: FakeSearchRequest[] = [];
  const acknowledgements: FakeAcknowledgement[] = [];
  const wire: string[] = [];

  function setStatus(next: TransportStatus): void {
    status = next;
    for (const listener of Array.from(listeners)) listener();
  }

  function openChannel(remote: string, receive: (event: ChannelEvent) => void): Channel {
    const entry: OpenChannel = { remote, receive };
    channels.add(entry);
    return {
      send(message) {
        wire.push(`message:${message.body}`);
        return new Promise<SendResult>((resolve, reject) => {
          const accept = (answer: SendResult = { outcome: 'accepted' }): void => resolve(answer);
          messages.push({ remote, message, accept, fail: reject });
          if (autoAnswer !== 'manual') accept(autoAnswer);
        });
      },
      sendOperation(operation) {
        wire.push(`${operation.kind}:${operation.target}`);
        return new Promise<SendResult>((resolve, reject) => {
          const accept = (answer: SendResult = { outcome: 'accepted' }): void => resolve(answer);
          operations.push({ remote, operation, accept, fail: reject });
          if (autoAnswer !== 'manual') accept(autoAnswer);
        });
      },
      sendComposing(notification) {
        wire.push(notification.state);
        return new Promise<void>((resolve, reject) => {
          composing.push({ remote, notification, accept: resolve, fail: reject });
          if (options.composingAnswer !== 'manual') resolve();
        });
      },
      sendNotification(notification) {
        wire.push(logEntryOf(notification));
        return new Promise<void>((resolve, reject) => {
          notifications.push({ remote, notification, accept: resolve, fail: reject });
          if (options.notificationAnswer !== 'manual') resolve();
        });
      },
      acknowledge(messageId, outcome) {
        acknowledgements.push({ remote, messageId, outcome });
      },
      loadHistory(request) {
        return new Promise<HistoryPage>((resolve, reject) => {
          historyRequests.push({ remote, request, accept: resolve, fail: reject });
        });
      },
      searchHistory(request) {
        return new Promise<HistoryMatches>((resolve, reject) => {
          searchRequests.push({ remote, request, accept: resolve, fail: reject });
        });
      },
      close() {
        channels.delete(entry);
      },
    };
  }

  return {
    localAddress: options.localAddress ?? 'ana',
    capabilities: {
      deliveryNotifications: true,
      displayedNotifications: 'up-to',
      offlineDelivery: true,
      operations: { edit: 'any', retract: true, react: 'many', reply: true },
      ...options.capabilities,
    },
    connect() {
      connects += 1;
      if (status.state === 'closed') return;
      if (autoConnect) setStatus({ state: 'online' });
    },
    disconnect() {
      disconnects += 1;
      if (status.state === 'online' || status.state === 'connecting') setStatus({ state: 'offline' });
    },
    getStatus: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    openChannel,
    setStatus,
    push(event, remote) {
      for (const channel of Array.from(channels)) {
        if (remote === undefined || channel.remote === remote) channel.receive(event);
      }
    },
    messages,
    operations,
    composing,
    notifications,
    historyRequests,
    searchRequests,
    acknowledgements,
    wire,
    get connects() {
      return connects;
    },
    get disconnects() {
      return disconnects;
    },
    get openChannels() {
      return channels.size;
    },
    get subscribers() {
      return listeners.size;
    },
  };
}
