/** A transport between the tabs of one browser, over a BroadcastChannel. */

import { FlowError } from '../../errors/FlowError.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { systemClock, systemRandom } from '../../ports/systemPorts.ts';
import type { Channel, ChannelEvent, OutgoingNotification, SendResult, Transport } from '../../ports/transport.ts';
import { createConnectionStatus } from '../connectionStatus.ts';
import { pageCapabilities } from '../pageCapabilities.ts';
import { createSchedule } from '../schedule.ts';
import { type Conversation, createConversation, type OpenChannel, retryableFailure } from './conversation.ts';
import { hostPage, type PageEvents, watchPage } from './pageLifecycle.ts';
import { type FrameBody, parseTabFrame, type ParsedFrame, type TabContent, type TabFrame } from './tabFrames.ts';

/** The part of `BroadcastChannel` that the transport uses. */
export interface BroadcastChannelLike {
  postMessage(data: unknown): void;
  addEventListener(type: 'message' | 'messageerror', listener: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

/** The longest interval between two presence queries to a participant who does not respond, in ms. */
const MAX_ASK_INTERVAL = 30_000;

/**
 * How long a tab may take to store a received frame, in ms. It is longer than the engine waits for its storage, to open
 * (5 s) and to write (5 s), before it continues in memory and sends a notification.
 */
const STORE_TIMEOUT = 15_000;

/** Options of the BroadcastChannel transport. */
export interface BroadcastChannelTransportOptions {
  /** Address of the user of this tab. Several tabs may have the same one. */
  readonly address: string;
  /** Name of the `BroadcastChannel`, the same for all participants. Default `imflow`. */
  readonly name?: string;
  /**
   * How long a tab of the other side may take to confirm the arrival of a frame, in ms. 100 to 60 000, default 2 000. It
   * then has 15 s to store it.
   */
  readonly ackTimeout?: number;
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** Default: the system's cryptographic random source. */
  readonly random?: Random;
  /** Creates the channel. Default: `new BroadcastChannel(name)`. */
  readonly createChannel?: (name: string) => BroadcastChannelLike;
  /** The source of `pagehide` and `pageshow`. Default: the window, where there is one. */
  readonly page?: PageEvents;
}

/** The life of one connection; a new one begins with each `connect`. */
interface Connection {
  readonly endpoint: string;
  readonly channel: BroadcastChannelLike;
  readonly stopWatching: () => void;
  /** The page is in the back-forward cache and takes no part until it returns. */
  asleep: boolean;
}

/**
 * A transport between the tabs of one browser, without any server. A message is accepted once a tab of the participant
 * that has the conversation open has stored it (`Channel.acknowledge` there); until then the sender repeats it. Nothing
 * is stored for an absent participant. Any script of the same origin can post on the channel in the name of any user.
 *
 * Where the host has no `BroadcastChannel`, `connect` ends in the status `closed` with a FlowError `configuration`.
 * @throws FlowError `invalid-argument` for an empty address or name; `out-of-range` for `ackTimeout`.
 */
export function createBroadcastChannelTransport(options: BroadcastChannelTransportOptions): Transport {
  const { address, name = 'imflow', ackTimeout = 2_000, clock = systemClock, random = systemRandom } = options;
  checkName('address', address);
  checkName('name', name);
  if (!(ackTimeout >= 100 && ackTimeout <= 60_000)) {
    throw new FlowError('out-of-range', `ackTimeout is ${ackTimeout}, but must be a number from 100 to 60000 ms.`);
  }
  const { createChannel = newBroadcastChannel, page = hostPage() } = options;

  const status = createConnectionStatus();
  const conversations = new Map<string, Conversation>();
  const deadlines = createSchedule<Conversation>(clock, (conversation) => conversation.dispatch({ type: 'time' }));
  let requestNumber = 0;
  let connection: Connection | undefined;
  let saidOtherVersion = false;

  /** False where nothing can be sent. */
  function post(to: string, body: FrameBody): boolean {
    if (connection === undefined || connection.asleep) return false;
    const frame: TabFrame = { v: 1, from: address, to, endpoint: connection.endpoint, ...body };
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel takes none
      connection.channel.postMessage(frame);
      return true;
    } catch {
      return false;
    }
  }

  function receive(data: unknown): void {
    const parsed = parseTabFrame(data);
    if (!('frame' in parsed)) {
      diagnose(parsed);
      return;
    }
    const { frame } = parsed;
    if (frame.from === address) {
      if (frame.kind === 'echo') conversations.get(frame.to)?.emit(contentEvent(address, frame));
      return;
    }
    const conversation = frame.to === address ? conversations.get(frame.from) : undefined;
    if (conversation === undefined || connection === undefined || connection.asleep) return;
    if (frame.kind === 'bye') {
      conversation.dispatch({ type: 'left', endpoint: frame.endpoint });
      return;
    }
    conversation.dispatch({ type: 'heard', endpoint: frame.endpoint, opened: frame.kind === 'hello' });
    if (conversation.channels.size > 0) handle(conversation, frame, connection.endpoint);
  }

  function handle(conversation: Conversation, frame: TabFrame, endpoint: string): void {
    const { remote } = conversation;
    switch (frame.kind) {
      case 'hello':
        post(remote, { kind: 'here' });
        break;
      case 'message':
        receiveFrame(conversation, frame, frame.message.messageId, undefined, contentEvent(remote, frame));
        break;
      case 'operation':
        receiveFrame(conversation, frame, frame.operation.id, undefined, contentEvent(remote, frame));
        break;
      case 'composing':
        conversation.emit({ type: 'composing', sender: remote, ...frame.notification });
        break;
      case 'notification': {
        const { messageId, outcome } = frame.notification;
        const event: ChannelEvent = { type: 'notification', sender: remote, ...frame.notification };
        receiveFrame(conversation, frame, messageId, outcome, event);
        break;
      }
      case 'ack':
        if (frame.toEndpoint === endpoint) conversation.dispatch({ type: 'confirmed', number: frame.request });
        break;
      case 'here':
        if (frame.arrived?.toEndpoint !== endpoint) break;
        conversation.dispatch({ type: 'arrived', number: frame.arrived.request, endpoint: frame.endpoint });
        break;
      case 'bye':
      case 'echo':
        break;
    }
  }

  /**
   * Delivers a frame whose sender awaits a confirmation. Until it is stored here, the sender is notified that it
   * arrived.
   */
  function receiveFrame(
    conversation: Conversation,
    { endpoint, request }: { readonly endpoint: string; readonly request: number },
    messageId: string,
    outcome: OutgoingNotification['outcome'] | undefined,
    event: ChannelEvent,
  ): void {
    const { remote, channels, pendingAcks } = conversation;
    pendingAcks.add(endpoint, request, messageId, outcome);
    conversation.emit(event);
    if (channels.size > 0 && pendingAcks.isPending(endpoint, request)) {
      post(remote, { kind: 'here', arrived: { toEndpoint: endpoint, request } });
    }
  }

  function diagnose(parsed: Exclude<ParsedFrame, { readonly frame: TabFrame }>): void {
    if (parsed.to !== undefined && parsed.to !== address) return;
    if (parsed.problem === 'other-version') {
      if (saidOtherVersion) return;
      saidOtherVersion = true;
    }
    const event: ChannelEvent = { type: 'diagnostic', code: parsed.problem, message: PROBLEMS[parsed.problem] };
    const known = parsed.from === undefined ? undefined : conversations.get(parsed.from);
    for (const conversation of known === undefined ? Array.from(conversations.values()) : [known]) {
      conversation.emit(event);
    }
  }

  function connect(): void {
    if (connection !== undefined || status.get().state === 'closed') return;
    let channel: BroadcastChannelLike;
    try {
      channel = createChannel(name);
    } catch (cause) {
      const problem = 'BroadcastChannel is not available here: use a browser, or pass createChannel.';
      status.set({ state: 'closed', error: new FlowError('configuration', problem, { cause }) });
      return;
    }
    const opened: Connection = {
      endpoint: random.id(),
      channel,
      stopWatching: watchPage(page, fallAsleep, wakeUp),
      asleep: false,
    };
    connection = opened;
    // A frame for an earlier connection is ignored.
    const whileOpen = (take: () => void): void => {
      if (connection === opened) take();
    };
    channel.addEventListener('message', (event) => whileOpen(() => receive(event.data)));
    channel.addEventListener('messageerror', () => whileOpen(() => diagnose({ problem: 'unknown-frame' })));
    for (const conversation of conversations.values()) conversation.dispatch({ type: 'started' });
    status.set({ state: 'online' });
  }

  function fallAsleep(): void {
    for (const remote of conversations.keys()) post(remote, { kind: 'bye' });
    if (connection !== undefined) connection.asleep = true;
  }

  function wakeUp(): void {
    if (connection?.asleep !== true) return;
    connection.asleep = false;
    for (const conversation of conversations.values()) {
      // Requests in flight when the page entered the back-forward cache fail at once: they may be sent again.
      conversation.dispatch({ type: 'stopped' });
      conversation.dispatch({ type: 'started' });
    }
  }

  function disconnect(): void {
    if (connection === undefined) return;
    for (const remote of conversations.keys()) post(remote, { kind: 'bye' });
    connection.stopWatching();
    connection.channel.close();
    connection = undefined;
    for (const conversation of conversations.values()) conversation.dispatch({ type: 'stopped' });
    status.set({ state: 'offline' });
  }

  function begin(remote: string): Conversation {
    return createConversation({
      remote,
      settings: { ackTimeout, storeTimeout: STORE_TIMEOUT, maxAskInterval: MAX_ASK_INTERVAL },
      deadlines,
      nextNumber() {
        requestNumber += 1;
        return requestNumber;
      },
      post: (body) => post(remote, body),
      confirmed: (content) => post(remote, { kind: 'echo', ...content }),
    });
  }

  function openChannel(remote: string, hand: (event: ChannelEvent) => void): Channel {
    const conversation = conversations.get(remote) ?? begin(remote);
    const channel: OpenChannel = { receive: hand };
    const isFirst = conversation.channels.size === 0;
    conversation.channels.add(channel);
    conversations.set(remote, conversation);
    if (!isFirst) tellPresence(conversation, channel);
    else if (connection !== undefined && !connection.asleep) conversation.dispatch({ type: 'started' });

    const isOpen = (): boolean => conversation.channels.has(channel);

    async function ask(body: (request: number) => FrameBody, content?: TabContent): Promise<SendResult> {
      if (!isOpen()) throw retryableFailure(503, 'The channel is closed.');
      return conversation.request(channel, body, content);
    }

    return {
      async send({ messageId, contentType, body, sentAt, frameSequence, replyTo }) {
        const reply = replyTo === undefined ? {} : { replyTo: { ...replyTo } };
        const message = { messageId, contentType, body, sentAt, frameSequence: { ...frameSequence }, ...reply };
        return ask((request) => ({ kind: 'message', request, message }), { message });
      },
      async sendOperation({ attempt: _attempt, ...operation }) {
        return ask((request) => ({ kind: 'operation', request, operation }), { operation });
      },
      async sendComposing(notification) {
        if (isOpen() && post(remote, { kind: 'composing', notification })) return;
        throw retryableFailure(503, 'The channel is closed or not connected.');
      },
      async sendNotification({ messageId, outcome, code, upTo, messageIds }) {
        const notification = {
          messageId,
          outcome,
          ...(code === undefined ? {} : { code }),
          ...(upTo === undefined ? {} : { upTo }),
          ...(messageIds === undefined ? {} : { messageIds }),
        };
        await ask((request) => ({ kind: 'notification', request, notification }));
      },
      acknowledge(messageId, outcome) {
        if (!isOpen()) return;
        conversation.pendingAcks.confirm(messageId, outcome, (toEndpoint, request) =>
          post(remote, { kind: 'ack', toEndpoint, request }),
        );
      },
      close() {
        if (!conversation.channels.delete(channel)) return;
        conversation.cancel(channel);
        if (conversation.channels.size > 0) return;
        post(remote, { kind: 'bye' });
        conversation.dispatch({ type: 'stopped' });
        conversations.delete(remote);
      },
    };
  }

  return {
    localAddress: address,
    capabilities: { ...pageCapabilities, offlineDelivery: false },
    connect,
    disconnect,
    getStatus: status.get,
    subscribe: status.subscribe,
    openChannel,
  };
}

const PROBLEMS = {
  'unknown-frame': 'The channel delivered an invalid frame; it was ignored.',
  'other-version': 'A tab uses a different version of the frames: reload all tabs.',
} as const;

function newBroadcastChannel(name: string): BroadcastChannelLike {
  return new BroadcastChannel(name);
}

function checkName(option: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw new FlowError('invalid-argument', `${option} must be a non-empty string.`);
}

function contentEvent(sender: string, content: TabContent): ChannelEvent {
  return 'message' in content
    ? { type: 'message', message: { ...content.message, sender } }
    : { type: 'operation', operation: { ...content.operation, sender } };
}

/** Gives a new channel the current presence, once the caller has the channel. */
function tellPresence(conversation: Conversation, channel: OpenChannel): void {
  queueMicrotask(() => {
    const presence = conversation.presence();
    if (presence === 'unknown' || !conversation.channels.has(channel)) return;
    const change = presence === 'there' ? 'available' : 'unavailable';
    channel.receive({ type: 'participant', address: conversation.remote, change });
  });
}
