import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import type { FakeTransport, VirtualClock } from '@imflow/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  channelEvent,
  historyPage,
  junk,
  listOf,
  oneOf,
  type Recipe,
  storedConversation,
  storedPage,
  storedRecord,
  tabPost,
  transportStatus,
} from '../../test/junk.ts';
import { incoming } from '../../test/testFlow.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { TabCoordinator, TabListener } from '../ports/tabs.ts';
import { type Channel, type Transport, TransportFailure } from '../ports/transport.ts';
import { createInstantMessagingFlow } from './createInstantMessagingFlow.ts';
import type { InstantMessagingFlowTemplate } from './flowOptions.ts';
import type { InstantMessagingFlow } from './publicTypes.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

vi.setConfig({ testTimeout: 120_000 });

beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

/** How many runs each property has. */
const NUM_RUNS = 500;

interface RunningFlow {
  readonly clock: VirtualClock;
  readonly fake: FakeTransport;
  readonly flow: InstantMessagingFlow;
  readonly diagnostics: string[];
}

interface Props {
  readonly transport?: (fake: FakeTransport) => Transport;
  readonly storage?: MessageStorage;
  readonly tabs?: TabCoordinator;
  readonly template?: InstantMessagingFlowTemplate;
}

async function startFlow({ transport = (fake) => fake, template = {}, ...ports }: Props = {}): Promise<RunningFlow> {
  const clock = createVirtualClock();
  const fake = createFakeTransport({ capabilities: { history: true } });
  const flow = createInstantMessagingFlow({
    transport: transport(fake),
    remote: 'bo',
    clock,
    random: createSeededRandom(1),
    template,
    ...ports,
  });
  const diagnostics: string[] = [];
  flow.on('diagnostic', ({ code }) => diagnostics.push(code));
  flow.on('messageReceived', () => undefined);
  flow.start();
  await flushMicrotasks(20);
  return { clock, fake, flow, diagnostics };
}

/** A received message is shown and acknowledged; a sent message settles. */
async function expectToKeepRunning({ clock, fake, flow }: RunningFlow): Promise<void> {
  expect(clock.pending).toBeLessThanOrEqual(1);
  fake.push(incoming('sound', { body: 'sound' }));
  await clock.advance(300_000);
  const { messages } = flow;
  expect(messages.get('sound')).toMatchObject({ body: 'sound', status: 'delivered' });
  expect(fake.wire).toContain('delivered:sound');
  const sent = ['one', 'two'].map((body) => flow.sendMessage(body, { waitForDeliveryNotification: false }));
  await clock.advance(300_000);
  const settled = await Promise.race([Promise.all(sent.map((one) => one.settled)), later()]);
  expect(settled?.map(({ status }) => status)).toEqual(['sent', 'sent']);
  const [one, two] = sent.map(({ id }) => messages.get(id)?.order ?? Number.NaN);
  expect(one).toBeLessThan(two ?? Number.NaN);
  expect(fake.wire.filter((sending) => sending.startsWith('message:'))).toEqual(
    expect.arrayContaining(['message:one', 'message:two']),
  );
  expect(clock.pending).toBeLessThanOrEqual(1);
}

/** The end of a run: no timer is left, and no error was missed. */
async function expectCleanEnd({ clock, fake, flow, diagnostics }: RunningFlow): Promise<void> {
  flow.terminate();
  await flushMicrotasks(20);
  await new Promise((resolve) => setImmediate(resolve));
  expect(clock.pending).toBe(0);
  expect([fake.openChannels, fake.subscribers]).toEqual([0, 0]);
  expect(diagnostics).not.toContain('listener-failed');
  expect(diagnostics).not.toContain('subscriber-failed');
  expect(unhandled.splice(0)).toEqual([]);
}

async function later(): Promise<undefined> {
  await flushMicrotasks(20);
}

const proxied: InstantMessagingFlowTemplate = { messageConsumptionMode: 'proxied-to-remote-entity' };

describe('any behaviour of a transport', () => {
  it('any value that a transport emits causes an event or a diagnostic, and the flow keeps running', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(channelEvent, { maxLength: 6 }), fc.boolean(), async (events, rests) => {
        const running = await startFlow();
        for (const event of events) {
          const before = running.diagnostics.length;
          running.fake.push(event.make() as never);
          await flushMicrotasks(5);
          // A history has up to nine parts. An invalid one may end the wait for one of an earlier event.
          expect(running.diagnostics.length - before).toBeLessThanOrEqual(18);
          expect(running.clock.pending).toBeLessThanOrEqual(1);
          if (rests) await running.clock.advance(700);
        }
        await expectToKeepRunning(running);
        await expectCleanEnd(running);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('any value that a transport emits to a proxied flow leaves no timer behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(channelEvent, { maxLength: 6 }), async (events) => {
        const running = await startFlow({ template: proxied });
        for (const event of events) running.fake.push(event.make() as never);
        await running.clock.advance(100_000);
        await expectCleanEnd(running);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('the flow keeps running whatever a transport returns or throws', async () => {
    const failure = fc
      .tuple(fc.oneof(oneOf(404, 415, 500, 503, 600), junk), fc.oneof(oneOf(true, false), junk))
      .map(([code, retryable]) => ({
        make: () => new TransportFailure(code.make() as never, 'no', { retryable: retryable.make() as never }),
        toString: () => `TransportFailure ${String(code)} ${String(retryable)}`,
      }));
    const thrown = fc.oneof(junk, failure);
    const answer = fc.oneof(
      fc.record({ how: fc.constant('resolve' as const), value: fc.oneof(junk, historyPage) }),
      fc.record({ how: fc.constant('return' as const), value: fc.oneof(junk, historyPage) }),
      fc.record({ how: fc.constantFrom('reject' as const, 'throw' as const), value: thrown }),
    );
    type Answer = typeof answer extends fc.Arbitrary<infer T> ? T : never;
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 8 }), async (answers) => {
        const left: Answer[] = [...answers];
        /** Follows the plan until it ends, and then behaves correctly. */
        function planned<T>(sound: () => Promise<T>): Promise<T> {
          const next = left.shift();
          switch (next?.how) {
            case undefined:
              return sound();
            case 'resolve':
              return Promise.resolve(next.value.make() as T);
            case 'return':
              return next.value.make() as Promise<T>;
            case 'reject':
              return Promise.reject(next.value.make());
            case 'throw':
              throw next.value.make();
          }
        }
        const running = await startFlow({
          transport: (fake) => ({
            ...fake,
            openChannel(remote, receive): Channel {
              const channel = fake.openChannel(remote, receive);
              return {
                ...channel,
                send: (message) => planned(() => channel.send(message)),
                sendComposing: (notification) => planned(() => channel.sendComposing(notification)),
                sendNotification: (notification) => planned(() => channel.sendNotification(notification)),
                acknowledge: () => planned(() => Promise.resolve()) as never,
                loadHistory: () => planned(() => Promise.resolve({ messages: [], end: false })),
              };
            },
          }),
        });
        const { flow, fake, clock } = running;
        const first = flow.sendMessage('first', { waitForDeliveryNotification: false });
        const older = flow.loadOlder();
        flow.setLocalComposingState('composing');
        await flushMicrotasks(20);
        fake.push(incoming('early'));
        await clock.advance(600_000);
        expect((await Promise.race([first.settled, later()]))?.status).toMatch(/sent|delivered|failed|undeliverable/);
        expect(await Promise.race([older, later()])).toBeTypeOf('number');
        left.length = 0;
        await expectToKeepRunning(running);
        await expectCleanEnd(running);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

/** Throws queued invalid values first, and then behaves correctly. */
function throwing<Args extends unknown[]>(left: Recipe[], act: (...given: Args) => void): (...given: Args) => void {
  return (...given) => {
    const next = left.shift();
    if (next !== undefined) throw next.make();
    act(...given);
  };
}

describe('any status of a transport', () => {
  it('any status of a transport is a status or causes a diagnostic, and the flow keeps running', async () => {
    const glance = fc.tuple(fc.constantFrom('return', 'throw'), transportStatus);
    await fc.assert(
      fc.asyncProperty(fc.array(glance, { minLength: 1, maxLength: 6 }), async (glances) => {
        const left = [...glances];
        const running = await startFlow({
          transport: (fake) => ({
            ...fake,
            getStatus() {
              const [how, value] = left.shift() ?? [];
              if (how === 'throw') throw value?.make();
              return how === 'return' ? (value?.make() as never) : fake.getStatus();
            },
          }),
        });
        const { fake, flow, diagnostics } = running;
        while (left.length > 0) {
          const [before, connection] = [diagnostics.length, flow.store.getState().connection];
          fake.setStatus({ state: 'connecting' });
          await flushMicrotasks(5);
          const known: readonly string[] = ['offline', 'connecting', 'online'];
          expect(known).toContain(flow.store.getState().connection);
          // An invalid value is reported and changes nothing.
          if (diagnostics.length > before) expect(flow.store.getState().connection).toBe(connection);
        }
        fake.setStatus({ state: 'online' });
        await expectToKeepRunning(running);
        await expectCleanEnd(running);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('any result of a storage', () => {
  it('the flow keeps running whatever a storage returns, and the loading of older pages ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        storedConversation,
        fc.array(storedPage, { maxLength: 3 }),
        fc.oneof(junk, listOf(storedRecord)),
        fc.array(channelEvent, { maxLength: 3 }),
        async (conversation, pages, found, events) => {
          const left = [...pages];
          const storage: MessageStorage = {
            open: () => Promise.resolve(conversation.make() as never),
            loadBefore: () => Promise.resolve((left.shift()?.make() ?? { records: [], hasOlder: false }) as never),
            find: () => Promise.resolve(found.make() as never),
            write: () => Promise.resolve(),
          };
          const running = await startFlow({ storage });
          for (const event of events) running.fake.push(event.make() as never);
          await flushMicrotasks(20);
          for (let page = 0; page <= pages.length; page += 1) {
            const older = running.flow.loadOlder();
            await flushMicrotasks(20);
            running.fake.historyRequests.at(-1)?.accept({ messages: [], end: true });
            await flushMicrotasks(20);
            expect(await Promise.race([older, later()])).toBeTypeOf('number');
          }
          await expectToKeepRunning(running);
          // No read marker covers messages that arrived after it.
          expect(running.flow.store.getState().unreadCount).toBeGreaterThan(0);
          await expectCleanEnd(running);
        },
      ),
      { numRuns: NUM_RUNS },
    );
  });

  it('the flow keeps running whatever a storage returns or throws', async () => {
    const refusal = fc.tuple(fc.constantFrom('throw', 'reject'), junk);
    await fc.assert(
      fc.asyncProperty(refusal, async ([how, value]) => {
        function refuse(): Promise<never> {
          if (how === 'throw') throw value.make();
          return Promise.reject(value.make());
        }
        const running = await startFlow({ storage: { open: refuse, loadBefore: refuse, find: refuse, write: refuse } });
        await expectToKeepRunning(running);
        expect(running.flow.store.getState().error).toMatchObject({ name: 'FlowError' });
        await expectCleanEnd(running);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

/** Other tabs, driven by the test. A membership throws the errors that the test queued, one by one. */
function createScriptedTabs(
  left: Recipe[] = [],
): TabCoordinator & { listener: TabListener | undefined; readonly posts: unknown[] } {
  const tabs = {
    posts: [] as unknown[],
    listener: undefined as TabListener | undefined,
    join(_conversation: string, listener: TabListener) {
      tabs.listener = listener;
      return {
        post: throwing(left, (post: unknown) => void tabs.posts.push(post)),
        leave: throwing(left, () => undefined),
      };
    },
  };
  return tabs;
}

describe('any post of another tab', () => {
  it.each(['leader', 'follower'] as const)(
    'any tab post to a %s leaves the flow running, also as the leader',
    async (role) => {
      await fc.assert(
        fc.asyncProperty(fc.array(tabPost, { maxLength: 6 }), fc.boolean(), async (posts, rests) => {
          const tabs = createScriptedTabs();
          const running = await startFlow({ tabs });
          const { flow, clock } = running;
          if (role === 'leader') tabs.listener?.elected();
          for (const post of posts) {
            tabs.listener?.received(post.make());
            await flushMicrotasks(5);
            expect(clock.pending).toBeLessThanOrEqual(1);
            if (rests) await clock.advance(700);
          }
          if (role === 'follower') {
            const { id, settled } = flow.sendMessage('mirrored', { waitForDeliveryNotification: false });
            const command = tabs.posts.at(-1) as { readonly record: MessageRecord };
            expect(command).toMatchObject({ kind: 'send', record: { id, body: 'mirrored' } });
            const record = { ...command.record, status: 'sent', order: 50 };
            tabs.listener?.received({
              version: 2,
              kind: 'transaction',
              records: [record],
              settled: [{ id, final: true }],
            });
            expect((await Promise.race([settled, later()]))?.status).toBe('sent');
            const heard = {
              ...record,
              id: 'heard',
              messageId: 'heard',
              direction: 'incoming',
              sender: 'bo',
              order: 51,
            };
            tabs.listener?.received({ version: 2, kind: 'transaction', records: [heard], received: ['heard'] });
            expect(flow.messages.get('heard')?.body).toBe('mirrored');
            tabs.listener?.elected();
          }
          await expectToKeepRunning(running);
          await expectCleanEnd(running);
        }),
        { numRuns: NUM_RUNS },
      );
    },
  );
});

describe('any exception of a tab membership', () => {
  it.each(['leader', 'follower'] as const)(
    'anything that a tab membership throws at a %s causes a diagnostic, and the flow keeps running',
    async (role) => {
      const left = fc.array(junk, { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(left, fc.array(tabPost, { maxLength: 3 }), async (thrown, posts) => {
          const throws = [...thrown];
          const tabs = createScriptedTabs(throws);
          const running = await startFlow({ tabs });
          const { flow, diagnostics } = running;
          expect(diagnostics).toContain('tab-post-failed');
          if (role === 'leader') tabs.listener?.elected();
          for (const post of posts) tabs.listener?.received(post.make());
          const { id, settled } = flow.sendMessage('mine', { waitForDeliveryNotification: false });
          flow.setLocalComposingState('composing');
          await flushMicrotasks(20);
          expect(flow.messages.get(id)?.body).toBe('mine');
          // The old leader has ended: the new one sends what the old one may not have received.
          if (role === 'follower') tabs.listener?.elected();
          await expectToKeepRunning(running);
          expect((await Promise.race([settled, later()]))?.status).toMatch(/sent|delivered/);
          expect(running.fake.wire).toContain('message:mine');
          throws.push(...thrown);
          await expectCleanEnd(running);
          expect(diagnostics.filter((code) => code === 'tab-post-failed').length).toBeGreaterThan(0);
        }),
        { numRuns: NUM_RUNS },
      );
    },
  );
});
