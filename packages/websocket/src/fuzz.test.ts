import { type ChannelEvent, createInstantMessagingFlow, type Diagnostic, TransportFailure } from '@imflow/core';
import { createSeededRandom, createVirtualClock } from '@imflow/testing';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ClientFrame, type ConnectionError, createWebSocketTransport, type WebSocketLike } from './index.ts';
import { readFrame } from './readFrame.ts';

const TOKEN = 'what only the server may know';
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('ana', 'bo', 'm1', 'o1', 'e1') },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', '', 'a\nb', '\ud800', 'x'.repeat(1_001)) },
  { weight: 1, arbitrary: fc.string() },
);
const count = fc.oneof({ weight: 4, arbitrary: fc.nat(5) }, fc.constantFrom(-1, 0.5, 2 ** 53 - 1, 1e308));
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });
const operation = { id: name, author: name, target: name, sequence: count, position: count, at: count };
const entry = fc.oneof(
  fc.record({
    kind: fc.constant('message'),
    id: name,
    author: name,
    contentType: fc.constantFrom('text/plain', 'x'),
    body: fc.string(),
    sentAt: count,
    replyTo: optional(fc.record({ id: name, sender: name, excerpt: fc.string() })),
    frameSequence: optional(fc.record({ session: name, sequence: count })),
    retracted: optional(fc.boolean()),
    position: count,
    at: count,
  }),
  fc.record({ ...operation, kind: fc.constant('edit'), contentType: fc.constant('text/plain'), body: fc.string() }),
  fc.record({ ...operation, kind: fc.constant('retract') }),
  fc.record({ ...operation, kind: fc.constant('react'), emojis: fc.array(name, { maxLength: 3 }) }),
);
const receipt = fc.record({
  id: name,
  outcome: fc.constantFrom('delivered', 'displayed', 'failed'),
  ids: optional(fc.array(name, { maxLength: 3 })),
  code: optional(fc.constantFrom(299, 300, 503, 700)),
  at: count,
});
const some = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(values, { maxLength: 4 });
const limits = fc.record({
  maxFrameBytes: count,
  maxMessageBytes: count,
  maxInFlight: count,
  maxFramesPerSecond: count,
});
const welcome = fc.record({
  type: fc.constant('welcome'),
  protocol: count,
  user: name,
  epoch: name,
  limits,
  search: optional(fc.boolean()),
});
const frame: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.oneof(
  welcome,
  fc.record({ type: fc.constant('accepted'), request: count, position: optional(count), at: optional(count) }),
  fc.record({
    type: fc.constant('refused'),
    request: optional(count),
    code: fc.constantFrom(200, 400, 401, 403, 409, 413, 503, 505, 999),
    reason: fc.string(),
    retryable: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('entries'),
    with: name,
    entries: some(entry),
    receipts: some(receipt),
    position: count,
    stored: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('page'),
    request: count,
    entries: some(entry),
    operations: some(entry),
    receipts: some(receipt),
    end: fc.boolean(),
  }),
  fc.record({ type: fc.constant('composing'), with: name, state: name, refresh: optional(count) }),
  fc.record({ type: fc.constant('presence'), with: name, available: fc.boolean(), lastSeen: optional(count) }),
  fc.record({ type: fc.constant('waiting'), with: name }),
  fc.record({ type: fc.constant('unknown'), frame: name }),
  fc.record({
    type: fc.constant('matches'),
    request: count,
    ids: fc.array(name, { maxLength: 3 }),
    next: optional(count),
  }),
  fc.record({ type: fc.constant('pong'), request: count }),
);

/**
 * A frame of which one field is missing, of another type, huge, or next to a field with the name of an object property.
 */
const damaged = fc
  .tuple(frame, fc.nat(), fc.constantFrom('drop', 'retype', 'enlarge', 'prototype'), fc.jsonValue())
  .map(([fields, index, how, value]) => {
    const entries = Object.entries(fields);
    const [key = 'type'] = entries[index % entries.length] ?? [];
    if (how === 'drop') return JSON.stringify(Object.fromEntries(entries.filter(([each]) => each !== key)));
    if (how === 'retype') return JSON.stringify({ ...fields, [key]: value });
    if (how === 'enlarge') return JSON.stringify({ ...fields, [key]: Array.from({ length: 5_000 }, () => value) });
    return `${JSON.stringify(fields).slice(0, -1)},"__proto__":${JSON.stringify(fields)},"constructor":null}`;
  });

const data = fc.oneof(
  { weight: 12, arbitrary: frame.map((fields) => JSON.stringify(fields)) },
  { weight: 6, arbitrary: damaged },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.anything() },
  { weight: 1, arbitrary: fc.constantFrom('['.repeat(20_000), new ArrayBuffer(4), undefined) },
);
/** An event of the newest socket: a frame arrives, time passes, or the socket closes. */
const event = fc.oneof(
  { weight: 12, arbitrary: data.map((said) => ({ does: 'say', said }) as const) },
  { weight: 1, arbitrary: fc.constant({ does: 'wait' } as const) },
  { weight: 1, arbitrary: fc.constant({ does: 'drop' } as const) },
);

function setUp() {
  const clock = createVirtualClock();
  const sent: ClientFrame[] = [];
  const errors: ConnectionError[] = [];
  let fire: (type: string, said?: unknown) => void = () => {};
  const transport = createWebSocketTransport({
    url: 'ws://127.0.0.1/chat',
    address: 'ana',
    token: () => TOKEN,
    clock,
    random: createSeededRandom(1),
    onConnectionError: (error) => errors.push(error),
    createSocket(): WebSocketLike {
      const listeners = new Map<string, (said: { readonly data: unknown }) => void>();
      const own = (type: string, said?: unknown): void => listeners.get(type)?.({ data: said });
      fire = own;
      queueMicrotask(() => own('open'));
      return {
        send: (text) => void sent.push(JSON.parse(text) as ClientFrame),
        close() {},
        addEventListener: (type: string, listener: (said: { readonly data: unknown }) => void) =>
          void listeners.set(type, listener),
      };
    },
  });
  return { transport, clock, sent, errors, fire: (type: string, said?: unknown): void => fire(type, said) };
}

const WELCOME = JSON.stringify({
  type: 'welcome',
  protocol: 1,
  user: 'ana',
  epoch: 'e1',
  search: true,
  limits: { maxFrameBytes: 1, maxMessageBytes: 1, maxInFlight: 1, maxFramesPerSecond: 1 },
});

it('B408 random frames of a server cause diagnostics and failures of the transport, and never an exception', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 30, size: 'max' }), fc.boolean(), async (events, isWelcome) => {
      const { transport, clock, sent, errors, fire } = setUp();
      const received: ChannelEvent[] = [];
      const diagnostics: Diagnostic[] = [];
      const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock });
      flow.on('diagnostic', (each) => diagnostics.push(each));
      flow.start();
      await clock.advance(1);
      if (isWelcome) fire('message', WELCOME);
      await clock.advance(1);
      flow.sendMessage('hello');
      const channel = transport.openChannel('bo', (each) => received.push(each));
      const outcomeOf = (request: Promise<unknown> | undefined): Promise<unknown> =>
        Promise.resolve(request).then(
          () => 'answered',
          (error: unknown) => error,
        );
      const requests = [channel.loadHistory?.({ limit: 5 }), channel.searchHistory?.({ text: 'x' })].map(outcomeOf);
      for (const each of events) {
        const isOnline = transport.getStatus().state === 'online';
        if (each.does === 'say') {
          fire('message', each.said);
          if (isOnline && 'malformed' in readFrame(each.said)) expect(errors.at(-1)?.code).toBe('malformed');
        } else if (each.does === 'drop') fire('close');
        await clock.advance(each.does === 'wait' ? 20_000 : 1);
      }
      transport.disconnect();
      await clock.advance(60_000);
      for (const outcome of await Promise.all(requests)) {
        if (outcome !== 'answered') expect(outcome).toBeInstanceOf(TransportFailure);
      }
      expect(['offline', 'closed']).toContain(transport.getStatus().state);
      expect(JSON.stringify([errors, received, diagnostics])).not.toContain(TOKEN);
      const heard = sent.filter((each) => JSON.stringify(each).includes(TOKEN)).map(({ type }) => type);
      expect(heard.filter((type) => type !== 'hello')).toEqual([]);
      flow.terminate();
    }),
    { numRuns: 300 },
  );
}, 120_000);
