import { describe, expect, it } from 'vitest';
import { createTestFlow, type TestFlow } from '../../test/testFlow.ts';
import type { ChannelEvent, IncomingMessage, FrameSequence } from '../ports/transport.ts';
import type { MessageStorage } from '../ports/storage.ts';

type Composing = ChannelEvent & { readonly type: 'composing' };

/** Delivers a composing notification; `more` has its sender, refresh and frame sequence. */
function notify({ transport }: TestFlow, state: string, more: Partial<Composing> = {}): void {
  transport.push({ type: 'composing', sender: 'bo', state, ...more });
}

function message({ transport }: TestFlow, more: Partial<IncomingMessage> = {}): void {
  transport.push({
    type: 'message',
    message: { messageId: 'm1', sender: 'bo', contentType: 'text/plain', body: 'hello', ...more },
  });
}

/** The composing participants that are shown. */
const shown = ({ flow }: TestFlow): readonly string[] => flow.store.getState().remoteComposers;
const raisedEvents = ({ events }: TestFlow): readonly string[] => events.slice(1);

const at = (sequence: number, session = 's'): { frameSequence: FrameSequence } => ({
  frameSequence: { session, sequence },
});

describe('remote composing', () => {
  it('B45 the flow raises one event with the participant', () => {
    const test = createTestFlow();
    const seen: unknown[] = [];
    test.flow.on('remoteComposingStateChanged', (event) => seen.push(event));
    notify(test, 'composing');
    expect(seen).toEqual([{ participant: 'bo', state: 'composing' }]);
    expect(test.flow.store.getState()).toMatchObject({ remoteComposingState: 'composing', remoteComposers: ['bo'] });
  });

  it('B46 a refresh raises no change, and the expiry starts again', async () => {
    const test = createTestFlow();
    notify(test, 'composing');
    await test.clock.advance(5_000);
    const before = test.flow.store.getState();
    notify(test, 'composing');
    expect(test.flow.store.getState()).toBe(before);
    await test.clock.advance(5_999);
    expect(shown(test)).toEqual(['bo']);
    await test.clock.advance(1);
    expect(raisedEvents(test)).toEqual(['0 bo composing', '11 bo idle']);
  });

  it('B46 the flow raises a refresh event for its subscribers, at most once a second', async () => {
    const test = createTestFlow();
    const refreshed: unknown[] = [];
    const off = test.flow.on('remoteComposingRefreshed', (event) => refreshed.push(event));
    notify(test, 'composing');
    for (let count = 0; count < 30; count += 1) {
      await test.clock.advance(100);
      notify(test, 'composing');
    }
    expect(refreshed).toEqual(Array.from({ length: 3 }, () => ({ participant: 'bo', state: 'composing' })));
    off();
    await test.clock.advance(2_000);
    notify(test, 'composing');
    expect(refreshed).toHaveLength(3);
    expect(raisedEvents(test)).toEqual(['0 bo composing']);
  });

  it('B47 the flow raises one event when idle arrives, and none at the expiry that was due', async () => {
    const test = createTestFlow();
    notify(test, 'composing');
    await test.clock.advance(1_000);
    notify(test, 'idle');
    expect([shown(test), test.clock.pending]).toEqual([[], 0]);
    await test.clock.advance(60_000);
    expect(raisedEvents(test)).toEqual(['0 bo composing', '1 bo idle']);
  });

  it('B48 the flow raises no change when idle arrives while idle', async () => {
    const test = createTestFlow();
    const before = test.flow.store.getState();
    notify(test, 'idle');
    await test.clock.advance(10_000);
    notify(test, 'idle');
    expect(raisedEvents(test)).toEqual([]);
    expect(test.flow.store.getState()).toBe(before);
    expect(test.clock.pending).toBe(0);
  });

  it('B49 remote composing expires automatically after X, with one event', async () => {
    const test = createTestFlow();
    notify(test, 'composing');
    await test.clock.advance(5_999);
    expect(shown(test)).toEqual(['bo']);
    await test.clock.advance(60_000);
    expect(raisedEvents(test)).toEqual(['0 bo composing', '6 bo idle']);
    expect(shown(test)).toEqual([]);
    expect(test.clock.pending).toBe(0);
  });

  it.each([5_000, 3_000])(
    'B50 remote composing does not flicker in 60 s when it is refreshed every %d ms',
    async (interval) => {
      const test = createTestFlow();
      for (let passed = 0; passed < 60_000; passed += interval) {
        notify(test, 'composing');
        await test.clock.advance(interval);
      }
      expect(raisedEvents(test)).toEqual(['0 bo composing']);
    },
  );

  it.each([
    [90_000, 91],
    [3_600_000, 120],
    [2_000, 3],
    [Number.MAX_VALUE, 120],
  ])('B51 remote composing with an announced refresh of %d ms expires after %d s', async (refresh, seconds) => {
    const test = createTestFlow();
    notify(test, 'composing', { refresh });
    await test.clock.advance(200_000);
    expect(raisedEvents(test)).toEqual(['0 bo composing', `${seconds} bo idle`]);
  });

  it.each([0, -5, Number.NaN, Infinity, '90'])('B51 an announced refresh of %s is ignored', async (refresh) => {
    const test = createTestFlow();
    notify(test, 'composing', { refresh: refresh as number });
    await test.clock.advance(200_000);
    expect(raisedEvents(test)).toEqual(['0 bo composing', '6 bo idle']);
  });

  it('B52 remote composing ends once, before the message of the same participant is raised', async () => {
    const test = createTestFlow();
    const states: string[] = [];
    test.flow.on('messageReceived', () => states.push(test.flow.store.getState().remoteComposingState));
    notify(test, 'composing');
    await test.clock.advance(1_000);
    message(test);
    expect(states).toEqual(['idle']);
    await test.clock.advance(60_000);
    expect(raisedEvents(test)).toEqual(['0 bo composing', '1 bo idle', '1 message:hello']);
  });

  it('B52 a message and the idle that it implies are written into the store together', () => {
    const test = createTestFlow();
    notify(test, 'composing');
    const seen: string[] = [];
    test.flow.store.subscribe((state) => seen.push(`${state.remoteComposingState} ${state.messageCount}`));
    message(test);
    expect(seen).toEqual(['idle 1']);
  });

  it('B53 the flow leaves A composing when B sends a message', () => {
    const test = createTestFlow();
    notify(test, 'composing', { sender: 'ann' });
    notify(test, 'composing', { sender: 'bo' });
    message(test, { sender: 'bo' });
    expect(shown(test)).toEqual(['ann']);
    expect(raisedEvents(test)).toEqual(['0 ann composing', '0 bo composing', '0 bo idle', '0 message:hello']);
  });

  it.each<[string, ChannelEvent | ((sent: string) => ChannelEvent)]>([
    [
      'a delivery notification',
      (messageId) => ({ type: 'notification', sender: 'bo', messageId, outcome: 'delivered' }),
    ],
    [
      'a displayed notification',
      (messageId) => ({ type: 'notification', sender: 'bo', messageId, outcome: 'displayed' }),
    ],
    ['a failure', (messageId) => ({ type: 'notification', sender: 'bo', messageId, outcome: 'failed', code: 486 })],
    [
      'a notification about an unknown message',
      { type: 'notification', sender: 'bo', messageId: 'x', outcome: 'delivered' },
    ],
    ['a presence', { type: 'participant', address: 'bo', change: 'available' }],
    ['a diagnostic', { type: 'diagnostic', code: 'odd', message: 'Odd.' }],
    ['an empty page of history', { type: 'history', messages: [] }],
    [
      'an IMDN as if it were a message',
      { type: 'message', message: { messageId: 'm2', sender: 'bo', contentType: 'message/imdn+xml', body: '<imdn/>' } },
    ],
    [
      'a composing document as if it were a message',
      {
        type: 'message',
        message: {
          messageId: 'm4',
          sender: 'bo',
          contentType: 'application/im-isComposing+xml; charset=UTF-8',
          body: '',
        },
      },
    ],
    [
      'an own message of a different device',
      { type: 'message', message: { messageId: 'm3', sender: 'ana', contentType: 'text/plain', body: 'mine' } },
    ],
  ])('B54 the participant stays composing when %s arrives', async (_what, event) => {
    const test = createTestFlow();
    const { id } = test.flow.sendMessage('hello');
    await test.clock.advance(0);
    notify(test, 'composing');
    test.transport.push(typeof event === 'function' ? event(id) : event);
    expect(shown(test)).toEqual(['bo']);
    await test.clock.advance(5_999);
    expect(shown(test)).toEqual(['bo']);
  });

  it('B54 remote composing stays when older messages of the participant are read', async () => {
    const test = createTestFlow({ fake: { capabilities: { history: true } } });
    notify(test, 'composing', at(5));
    const read = test.flow.loadOlder();
    test.transport.historyRequests[0]?.accept({
      messages: [{ messageId: 'old', sender: 'bo', contentType: 'text/plain', body: 'old', ...at(9, 'last week') }],
      end: true,
    });
    expect(await read).toBe(1);
    expect(shown(test)).toEqual(['bo']);
    notify(test, 'idle', at(6));
    notify(test, 'composing', at(5));
    expect(shown(test)).toEqual([]);
  });

  it('B54 remote composing stays when a duplicate arrives', () => {
    const test = createTestFlow();
    message(test);
    notify(test, 'composing');
    message(test);
    expect(shown(test)).toEqual(['bo']);
  });

  it.each(['gone', 'Composing', 'active', ''])('B55 the unknown state %j counts as idle', (state) => {
    const test = createTestFlow();
    notify(test, 'composing');
    notify(test, state);
    expect(raisedEvents(test)).toEqual(['0 bo composing', '0 bo idle']);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'composing'],
    ['no type', {}],
    ['an unknown type', { type: 'typing', sender: 'bo' }],
    ['no state', { type: 'composing', sender: 'bo' }],
    ['a state that is not a text', { type: 'composing', sender: 'bo', state: { toString: () => 'idle' } }],
    ['no sender', { type: 'composing', state: 'idle' }],
    ['an empty sender', { type: 'composing', sender: '', state: 'idle' }],
    ['a sender with an overlong address', { type: 'composing', sender: 'x'.repeat(2_000), state: 'idle' }],
    [
      'a getter that throws',
      {
        type: 'composing',
        get sender() {
          throw new Error('trap');
        },
      },
    ],
  ])('B55 a flow ignores %s with one diagnostic, and does not throw', (_what, event) => {
    const test = createTestFlow();
    notify(test, 'composing');
    expect(() => test.transport.push(event as ChannelEvent)).not.toThrow();
    expect(shown(test)).toEqual(['bo']);
    expect(raisedEvents(test)).toEqual(['0 bo composing', '0 event-malformed']);
  });

  it('B56 a composing that is older than the last message of its participant is ignored', async () => {
    const test = createTestFlow();
    message(test, at(7));
    notify(test, 'composing', at(6));
    notify(test, 'composing', at(7));
    expect(shown(test)).toEqual([]);
    notify(test, 'composing', { ...at(3), sender: 'ann' });
    notify(test, 'composing', at(8));
    expect(shown(test)).toEqual(['ann', 'bo']);
    await test.clock.advance(60_000);
    notify(test, 'composing', at(2, 'after a restart'));
    expect(shown(test)).toEqual(['bo']);
  });

  it('B56 remote composing is not cleared by an older message', () => {
    const test = createTestFlow();
    notify(test, 'composing', at(7));
    message(test, at(6));
    expect(shown(test)).toEqual(['bo']);
    message(test, { ...at(8), messageId: 'm2' });
    expect(shown(test)).toEqual([]);
  });

  it('B56 an old composing is ignored, also when its expiry is later than the message', () => {
    const test = createTestFlow();
    notify(test, 'composing', at(1));
    test.transport.push({ type: 'participant', address: 'bo', change: 'unavailable' });
    notify(test, 'composing', at(1));
    expect(shown(test)).toEqual([]);
  });

  it('B57 the flow ends idle when composing and idle arrive swapped', async () => {
    const test = createTestFlow();
    notify(test, 'composing', at(1));
    notify(test, 'idle', at(3));
    notify(test, 'composing', at(2));
    expect(raisedEvents(test)).toEqual(['0 bo composing', '0 bo idle']);
    const other = createTestFlow();
    notify(other, 'idle', at(2));
    notify(other, 'composing', at(1));
    await other.clock.advance(60_000);
    expect(raisedEvents(other)).toEqual([]);
  });

  it('B58 several composing participants are listed in the order in which they began, and each ends separately', async () => {
    const test = createTestFlow();
    notify(test, 'composing', { sender: 'ann' });
    await test.clock.advance(2_000);
    notify(test, 'composing', { sender: 'bo' });
    notify(test, 'composing', { sender: 'cy' });
    await test.clock.advance(1_000);
    notify(test, 'composing', { sender: 'bo' });
    expect(shown(test)).toEqual(['ann', 'bo', 'cy']);
    await test.clock.advance(3_000);
    expect(shown(test)).toEqual(['bo', 'cy']);
    expect(test.flow.store.getState().remoteComposingState).toBe('composing');
    await test.clock.advance(60_000);
    expect(raisedEvents(test).slice(3)).toEqual(['6 ann idle', '8 cy idle', '9 bo idle']);
    expect(test.flow.store.getState().remoteComposingState).toBe('idle');
  });

  it.each<ChannelEvent & { readonly type: 'participant' }>([
    { type: 'participant', address: 'bo', change: 'unavailable' },
    { type: 'participant', address: 'bo', change: 'renamed', to: 'bob' },
  ])('B59 a participant who is $change is removed, with one idle event', async (event) => {
    const test = createTestFlow();
    notify(test, 'composing', { sender: 'ann' });
    notify(test, 'composing');
    test.transport.push(event);
    test.transport.push(event);
    expect(shown(test)).toEqual(['ann']);
    await test.clock.advance(60_000);
    expect(raisedEvents(test).filter((line) => line.endsWith('bo idle'))).toEqual(['0 bo idle']);
  });

  it('B59 the flow shows a renamed participant only under the new address', () => {
    const test = createTestFlow();
    notify(test, 'composing');
    test.transport.push({ type: 'participant', address: 'bo', change: 'renamed', to: 'bob' });
    notify(test, 'composing', { sender: 'bob' });
    expect(shown(test)).toEqual(['bob']);
  });

  it('B60 the flow does not show the local user on a different device as a composing participant', () => {
    const test = createTestFlow();
    notify(test, 'composing', { sender: 'ana' });
    expect([raisedEvents(test), shown(test), test.clock.pending]).toEqual([[], [], 0]);
  });

  it.each(['suspended', 'terminated', 'closed'] as const)(
    'B61 all remote states end once when the flow is %s',
    async (how) => {
      const test = createTestFlow();
      notify(test, 'composing', { sender: 'ann' });
      notify(test, 'composing');
      if (how === 'terminated') test.flow.terminate();
      else test.transport.setStatus({ state: how === 'closed' ? 'closed' : 'offline' });
      expect([shown(test), test.clock.pending]).toEqual([[], 0]);
      expect(test.flow.store.getState().remoteComposingState).toBe('idle');
      await test.clock.advance(60_000);
      const ended = ['0 ann idle', '0 bo idle'];
      expect(raisedEvents(test).slice(2)).toEqual(how === 'suspended' ? ended : [...ended, '0 active→terminated']);
    },
  );

  it.each(['before the connection', 'while suspended'])(
    'B61 no participant is shown as composing because of a frame that comes %s',
    (when) => {
      const test = createTestFlow({ fake: { autoConnect: when === 'while suspended' } });
      test.transport.setStatus({ state: 'offline' });
      notify(test, 'composing');
      expect([shown(test), test.clock.pending]).toEqual([[], 0]);
      test.flow.terminate();
      expect(shown(test)).toEqual([]);
    },
  );

  it('B61 the flow shows composing again after the connection is restored', async () => {
    const test = createTestFlow();
    notify(test, 'composing', at(1));
    test.transport.setStatus({ state: 'offline' });
    test.transport.setStatus({ state: 'online' });
    expect(shown(test)).toEqual([]);
    await test.clock.advance(1_000);
    notify(test, 'composing', at(2));
    expect(shown(test)).toEqual(['bo']);
  });

  it.each<[string, (test: TestFlow, round: number) => void]>([
    ['composing', (test) => notify(test, 'composing')],
    ['composing and idle by turns', (test, round) => notify(test, round % 2 === 0 ? 'composing' : 'idle')],
    [
      'composing and messages by turns',
      (test, round) => (round % 2 === 0 ? notify(test, 'composing') : message(test, { messageId: `m${round}` })),
    ],
    [
      'coming and going',
      (test, round) => {
        if (round % 2 === 0) notify(test, 'composing');
        else test.transport.push({ type: 'participant', address: 'bo', change: 'unavailable' });
      },
    ],
  ])('B62 a flow raises few events for a thousand notifications a second (%s)', async (_what, act) => {
    const test = createTestFlow();
    let writes = 0;
    let raised = 0;
    test.flow.on('remoteComposingStateChanged', () => (raised += 1));
    test.flow.on('remoteComposingRefreshed', () => (raised += 1));
    test.flow.store.subscribe(({ remoteComposers }, before) => {
      if (remoteComposers !== before.remoteComposers) writes += 1;
    });
    for (let round = 0; round < 1_000; round += 1) {
      act(test, round);
      await test.clock.advance(1);
    }
    expect(raised).toBeLessThanOrEqual(10);
    expect(writes).toBeLessThanOrEqual(8);
  });

  it('B62 the flow shows the last state when the flood is over', async () => {
    const test = createTestFlow();
    for (let round = 0; round < 101; round += 1) notify(test, round % 2 === 0 ? 'composing' : 'idle');
    await test.clock.advance(1_000);
    expect(shown(test)).toEqual(['bo']);
    notify(test, 'idle');
    expect(shown(test)).toEqual([]);
  });

  it('B62 the flow remembers a bounded number of senders', async () => {
    const test = createTestFlow();
    for (let sender = 0; sender < 1_000; sender += 1) notify(test, 'composing', { sender: `x${sender}` });
    expect(shown(test)).toHaveLength(64);
    await test.clock.advance(6_000);
    expect(shown(test)).toEqual([]);
  });

  it('B63 the flow shows idle after a reload, whatever was stored', async () => {
    const stale = { remoteComposingState: 'composing', remoteComposers: ['bo'], composers: [{ address: 'bo' }] };
    const storage: MessageStorage = {
      open: () => Promise.resolve({ records: [], outbox: [], meta: stale, hasOlder: false }),
      loadBefore: () => Promise.resolve({ records: [], hasOlder: false }),
      find: () => Promise.resolve([]),
      write: () => Promise.resolve(),
    };
    const test = createTestFlow({ storage });
    await test.clock.advance(0);
    expect(test.flow.store.getState()).toMatchObject({ remoteComposingState: 'idle', remoteComposers: [] });
    await test.clock.advance(60_000);
    expect(raisedEvents(test)).toEqual([]);
  });

  it('B63 remote composing is idle when a computer wakes that slept for longer than X', async () => {
    const test = createTestFlow();
    notify(test, 'composing');
    const waking = test.clock.sleep(6_000);
    // The first call of the flow, before any timer runs.
    test.flow.setLocalComposingState('idle');
    expect([shown(test), raisedEvents(test)]).toEqual([[], ['0 bo composing', '6 bo idle']]);
    await waking;
    expect(test.clock.pending).toBe(0);
  });

  it('B64 a blocked sender is never shown as composing', async () => {
    const test = createTestFlow({ template: { trust: (sender) => (sender === 'eve' ? 'blocked' : 'trusted') } });
    notify(test, 'composing', { sender: 'eve' });
    notify(test, 'idle', { sender: 'eve' });
    expect([raisedEvents(test), shown(test), test.clock.pending]).toEqual([[], [], 0]);
    notify(test, 'composing');
    notify(test, 'composing', { sender: 'eve' });
    expect(shown(test)).toEqual(['bo']);
  });
});
