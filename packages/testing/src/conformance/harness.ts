import {
  type Channel,
  type ChannelEvent,
  type IncomingMessage,
  type OutgoingMessage,
  type SendResult,
  systemRandom,
  type Transport,
  TransportFailure,
} from '@imflow/core';

/** The transports of two users on one network, and control over the network between them. */
export interface ConformancePair {
  /** The transports of two different users, created but not connected. */
  readonly ana: Transport;
  readonly bo: Transport;
  /** Waits until all frames in transit have arrived, in virtual or in real time. */
  settle(): Promise<void>;
  /** Cuts the link of an address. Without it, the cases that need a cut check nothing. */
  cut?(address: string): void;
  /** Restores a link that was cut. */
  restore?(address: string): void;
  /** Called at the end of a case, after both transports were disconnected. An exception fails the case. */
  close?(): void | Promise<void>;
  /**
   * The optional fields of the port that this transport does not carry. Default: none. `receipts`: those of history.
   */
  readonly omits?: readonly ('sentAt' | 'frameSequence' | 'refresh' | 'messageIds' | 'receipts')[];
}

/** A case as a function of its pair of transports. */
export type Check = (pair: ConformancePair) => Promise<void>;
export type Checks = Readonly<Record<string, Check>>;

/** One endpoint of a conversation. */
export interface Endpoint {
  readonly transport: Transport;
  readonly channel: Channel;
  /** All events, in order of arrival. */
  readonly events: ChannelEvent[];
}

export interface TestPair {
  readonly ana: Endpoint;
  readonly bo: Endpoint;
}

export type Outcome<T> =
  | { readonly resolved: true; readonly value: T }
  | { readonly resolved: false; readonly error: unknown };

/** How often `settle` is called before an expected event counts as missing. */
const MAX_SETTLE_CALLS = 40;

/** @throws Error with the broken rule, unless the condition holds. */
export function check(condition: boolean, broken: string): asserts condition {
  if (!condition) throw new Error(broken);
}

/** Compares plain values by their content. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [show(actual), show(expected)];
  check(is === should, `${what} should be ${should}, but is ${is}`);
}

function show(value: unknown): string {
  const json = JSON.stringify(value, sorted) ?? String(value);
  return json.length > 120 ? `${json.slice(0, 120)}… (${json.length} characters, ${sum(json)})` : json;
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A checksum that distinguishes long texts. */
function sum(long: string): string {
  let hash = 0;
  for (let index = 0; index < long.length; index += 1) hash = (Math.imul(hash, 31) + long.charCodeAt(index)) | 0;
  return `sum ${hash >>> 0}`;
}

/** The outcome of a promise. @throws Error if it never settles. */
export async function outcomeOf<T>(pair: ConformancePair, promise: Promise<T>, what: string): Promise<Outcome<T>> {
  const seen: { outcome?: Outcome<T> } = {};
  const watched = watch();
  for (let turn = 0; turn < MAX_SETTLE_CALLS && seen.outcome === undefined; turn += 1) {
    await Promise.race([watched, pair.settle()]);
  }
  const { outcome } = seen;
  if (outcome === undefined) throw new Error(`${what} neither resolved nor rejected`);
  return outcome;

  async function watch(): Promise<void> {
    try {
      seen.outcome = { resolved: true, value: await promise };
    } catch (error) {
      seen.outcome = { resolved: false, error };
    }
  }
}

/** The value that a promise resolves with. @throws Error if it rejects or never settles. */
export async function resolved<T>(pair: ConformancePair, promise: Promise<T>, what: string): Promise<T> {
  const outcome = await outcomeOf(pair, promise, what);
  if (!outcome.resolved) throw new Error(`${what} should resolve, but rejected: ${String(outcome.error)}`);
  return outcome.value;
}

/** @throws Error unless the promise rejects with a retryable failure. */
export async function rejectsRetryably(pair: ConformancePair, promise: Promise<unknown>, what: string): Promise<void> {
  const outcome = await outcomeOf(pair, promise, what);
  check(!outcome.resolved, `${what} should reject, but resolved`);
  checkRetryable(outcome.error, what);
}

/** @throws Error unless the promise resolves, or rejects with a retryable failure. */
export async function resolvesOrRejectsRetryably(
  pair: ConformancePair,
  promise: Promise<unknown>,
  what: string,
): Promise<void> {
  const outcome = await outcomeOf(pair, promise, what);
  if (!outcome.resolved) checkRetryable(outcome.error, what);
}

function checkRetryable(error: unknown, what: string): void {
  check(error instanceof TransportFailure, `${what} should reject with a TransportFailure, not ${String(error)}`);
  check(error.retryable, `${what} rejected for good (retryable false), but the same request may succeed later`);
}

/** Waits until a condition holds. */
export async function eventually(pair: ConformancePair, holds: () => boolean, broken: string): Promise<void> {
  for (let turn = 0; turn < MAX_SETTLE_CALLS && !holds(); turn += 1) await pair.settle();
  check(holds(), broken);
}

/** @throws Error if the call throws synchronously. */
export function doesNotThrow<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new Error(`${what} threw at once: ${String(error)}`, { cause: error });
  }
}

export async function online(pair: ConformancePair, transport: Transport): Promise<void> {
  doesNotThrow('connect', () => transport.connect());
  const isOnline = (): boolean => transport.getStatus().state === 'online';
  await eventually(pair, isOnline, `${transport.localAddress} did not come online after connect`);
}

/** The automatic reactions of an endpoint to what arrives. */
export interface AutoReply {
  /** A deferred response is sent at once. Default true. */
  readonly reports?: boolean;
  /** Each frame is acknowledged at once, as by an engine without a storage. Default true. */
  readonly acknowledges?: boolean;
}

/** Opens a channel and records its events. */
export function open(transport: Transport, remote: string, autoReply: AutoReply = {}): Endpoint {
  const { reports = true, acknowledges = true } = autoReply;
  const events: ChannelEvent[] = [];
  const channel = transport.openChannel(remote, (event) => {
    events.push(event);
    if (acknowledges && event.type === 'notification') channel.acknowledge?.(event.messageId, event.outcome);
    if (acknowledges && event.type === 'operation') channel.acknowledge?.(event.operation.id);
    if (event.type !== 'message') return;
    const { messageId, responsePending } = event.message;
    if (acknowledges) channel.acknowledge?.(messageId);
    if (!reports || responsePending !== true) return;
    void channel.sendNotification({ messageId, outcome: 'delivered', asResponse: true }).catch(() => {});
  });
  return { transport, channel, events };
}

/** Both endpoints with a channel to each other, not connected. */
export function opened(pair: ConformancePair, autoReplyOfBo: AutoReply = {}): TestPair {
  const { ana, bo } = pair;
  return { ana: open(ana, bo.localAddress), bo: open(bo, ana.localAddress, autoReplyOfBo) };
}

/** Both endpoints with a channel to each other, online, with no frame in transit. */
export async function connected(pair: ConformancePair, autoReplyOfBo: AutoReply = {}): Promise<TestPair> {
  const endpoints = opened(pair, autoReplyOfBo);
  await online(pair, pair.ana);
  await online(pair, pair.bo);
  await pair.settle();
  return endpoints;
}

let sequence = 0;

/** The next frame sequence. */
export function nextFrameSequence(): { session: string; sequence: number } {
  sequence += 1;
  return { session: 'conformance', sequence };
}

/** A message that was never sent before. */
export function text(body: string = 'hello', contentType: string = 'text/plain'): OutgoingMessage {
  return {
    messageId: systemRandom.id(),
    contentType,
    body,
    sentAt: 1_700_000_000_123,
    attempt: 1,
    frameSequence: nextFrameSequence(),
  };
}

/** All messages that an endpoint received, live and from history. */
export function receivedMessages({ events }: Endpoint): IncomingMessage[] {
  return events.flatMap((event) => {
    if (event.type === 'history') return event.messages;
    return event.type === 'message' ? [event.message] : [];
  });
}

export function ofType<T extends ChannelEvent['type']>(
  { events }: Endpoint,
  type: T,
): Extract<ChannelEvent, { type: T }>[] {
  return events.filter((event): event is Extract<ChannelEvent, { type: T }> => event.type === type);
}

/** The events without presence and diagnostics, which may arrive at any time. */
export function participantEvents({ events }: Endpoint): ChannelEvent[] {
  return events.filter(({ type }) => type !== 'participant' && type !== 'diagnostic');
}

/** Sends a message, and expects the transport to accept it. */
export async function sent(pair: ConformancePair, from: Endpoint, message: OutgoingMessage): Promise<SendResult> {
  return resolved(
    pair,
    doesNotThrow('send', () => from.channel.send(message)),
    'send',
  );
}

/** Waits for a message to arrive; returns the first copy. */
export async function arrived(pair: ConformancePair, at: Endpoint, messageId: string): Promise<IncomingMessage> {
  const find = (): IncomingMessage | undefined =>
    receivedMessages(at).find((message) => message.messageId === messageId);
  await eventually(pair, () => find() !== undefined, 'a message that the transport accepted never arrived');
  return find() as IncomingMessage;
}

/** Disconnects a user: cuts the link if the pair can, otherwise calls `disconnect`. */
export function disconnect(pair: ConformancePair, transport: Transport): void {
  if (pair.cut === undefined || pair.restore === undefined) transport.disconnect();
  else pair.cut(transport.localAddress);
}

/** Reverts {@link disconnect}. */
export async function reconnect(pair: ConformancePair, transport: Transport): Promise<void> {
  pair.restore?.(transport.localAddress);
  await online(pair, transport);
  await pair.settle();
}
