import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createHub } from './hub.ts';
import { createMetrics } from './metrics.ts';
import { checkLimits } from './options.ts';
import { createRequests } from './requests.ts';
import { createSession, type Socket } from './session.ts';
import { createMemoryStore } from './store/memoryStore.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function setUp(signIn: () => Promise<void>): { session: Socket; sent: { readonly type: string }[] } {
  const sent: { type: string }[] = [];
  const store = { ...createMemoryStore(), signIn };
  const [metrics, logger] = [createMetrics(undefined, () => 0), { info() {}, warn() {}, error() {} }];
  const authenticate = ({ token }: { readonly token: string }): string => token;
  const common = { store, metrics, logger, now: () => 1 };
  const limits = checkLimits({ store, authenticate });
  const hub = createHub({ ...common, onOffline: undefined, node: 'here', publish() {} });
  const session = createSession({
    ...common,
    hub,
    requests: createRequests({ hub, store, limits }),
    socket: {
      send: (text) => void sent.push(JSON.parse(text) as { type: string }),
      close() {},
      bufferedBytes: 0,
      pause() {},
      resume() {},
    },
    authenticate,
    request: undefined,
    epoch: 'e1',
    limits,
  });
  return { session, sent };
}

const HELLO = JSON.stringify({ type: 'hello', protocol: 1, token: 'ana', device: 'device' });

it('B392 a client that sends nothing for 10 s is refused', async () => {
  const { sent } = setUp(async () => {});
  await vi.advanceTimersByTimeAsync(9_999);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toMatchObject([{ type: 'refused', code: 408, retryable: true }]);
});

it('B392 a client that has said hello is accepted, however long the store takes', async () => {
  let finish = (): void => {};
  const { session, sent } = setUp(() => new Promise((resolve) => (finish = resolve)));
  session.receive(HELLO);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual([]);
  await vi.waitFor(() => {
    finish();
    expect(sent).toMatchObject([{ type: 'welcome', user: 'ana' }]);
  });
  session.closed();
});
