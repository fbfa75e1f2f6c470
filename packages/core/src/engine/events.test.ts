import { describe, expect, it } from 'vitest';
import { createTestFlow } from '../../test/testFlow.ts';
import { createEmitter } from './emitter.ts';
import type { InstantMessagingFlow } from './publicTypes.ts';

/** Receives `bo` begin (A) and, with a message, end (B). */
function beginAndEnd({ transport }: ReturnType<typeof createTestFlow>): void {
  transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
  transport.push({ type: 'composing', sender: 'bo', state: 'idle' });
}

function listen(flow: InstantMessagingFlow, name: string, log: string[], act = (): void => {}): () => void {
  return flow.on('remoteComposingStateChanged', ({ state }) => {
    log.push(`${name} ${state}`);
    act();
  });
}

describe('events', () => {
  it('B113 the flow notifies every subscriber of event A before any subscriber of event B', () => {
    const test = createTestFlow();
    const log: string[] = [];
    listen(test.flow, 'first', log);
    listen(test.flow, 'second', log);
    beginAndEnd(test);
    expect(log).toEqual(['first composing', 'second composing', 'first idle', 'second idle']);
  });

  it('B113 the flow notifies every subscriber of event A before event B, though a listener of A causes B', () => {
    const test = createTestFlow();
    const log: string[] = [];
    const end = (): void => test.transport.push({ type: 'composing', sender: 'bo', state: 'idle' });
    listen(test.flow, 'first', log, () => {
      end();
      log.push(`first sees ${test.flow.store.getState().remoteComposingState}`);
    });
    listen(test.flow, 'second', log);
    test.transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
    expect(log).toEqual([
      'first composing',
      'first sees composing',
      'second composing',
      'first idle',
      'first sees idle',
      'second idle',
    ]);
  });

  it('B113 the flow keeps the order over events of different names', () => {
    const test = createTestFlow();
    const log: string[] = [];
    for (const name of ['first', 'second']) {
      test.flow.on('messageReceived', ({ message }) => log.push(`${name} ${message.body}`));
      listen(test.flow, name, log);
    }
    test.transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
    test.transport.push({
      type: 'message',
      message: { messageId: 'm1', sender: 'bo', contentType: 'text/plain', body: 'hello' },
    });
    expect(log.slice(2)).toEqual(['first idle', 'second idle', 'first hello', 'second hello']);
  });

  it('B113 a subscriber that is added during event A receives only B', () => {
    const test = createTestFlow();
    const log: string[] = [];
    const off = listen(test.flow, 'old', log, () => {
      off();
      listen(test.flow, 'new', log);
    });
    beginAndEnd(test);
    expect(log).toEqual(['old composing', 'new idle']);
  });

  it('B113 a subscriber that is removed during event A does not receive B, nor A if it was still to be called', () => {
    const test = createTestFlow();
    const log: string[] = [];
    const leave: (() => void)[] = [];
    leave.push(listen(test.flow, 'before', log));
    listen(test.flow, 'remover', log, () => {
      for (const off of leave) off();
    });
    leave.push(listen(test.flow, 'after', log));
    beginAndEnd(test);
    expect(log).toEqual(['before composing', 'remover composing', 'remover idle']);
  });

  it('B113 one function may subscribe twice and unsubscribe twice without harm', () => {
    const test = createTestFlow();
    const log: string[] = [];
    const listener = (): number => log.push('heard');
    const off = test.flow.on('remoteComposingStateChanged', listener);
    test.flow.on('remoteComposingStateChanged', listener);
    off();
    off();
    test.transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
    expect(log).toEqual(['heard']);
  });

  it('B113 a listener that throws does not stop others, and is reported once', () => {
    const test = createTestFlow();
    const log: string[] = [];
    listen(test.flow, 'bad', log, () => {
      throw new Error('listener');
    });
    listen(test.flow, 'good', log);
    beginAndEnd(test);
    expect(log).toEqual(['bad composing', 'good composing', 'bad idle', 'good idle']);
    expect(test.events.filter((event) => event === '0 listener-failed')).toHaveLength(2);
  });

  it('B113 the flow does not loop when a listener of diagnostics throws', () => {
    const test = createTestFlow();
    test.flow.on('diagnostic', () => {
      throw new Error('listener');
    });
    test.transport.push({ type: 'diagnostic', code: 'odd', message: 'Odd.' });
    expect(test.events.slice(1)).toEqual(['0 odd']);
  });

  it('B113 the store calls all its subscribers, also when one of them throws', () => {
    const test = createTestFlow();
    const log: string[] = [];
    test.flow.store.subscribe(({ remoteComposingState }) => {
      log.push(`bad ${remoteComposingState}`);
      throw new Error('subscriber');
    });
    test.flow.store.subscribe(({ remoteComposingState }, before) =>
      log.push(`good ${before.remoteComposingState}→${remoteComposingState}`),
    );
    beginAndEnd(test);
    expect(log).toEqual(['bad composing', 'good idle→composing', 'bad idle', 'good composing→idle']);
    expect(test.events).toContain('0 subscriber-failed');
  });

  it('B113 a store subscriber that is added during change A receives only change B, and one that is removed receives no more', () => {
    const test = createTestFlow();
    const log: string[] = [];
    const { store } = test.flow;
    const off = store.subscribe(({ remoteComposingState }) => {
      log.push(`first ${remoteComposingState}`);
      off();
      leave();
      store.subscribe((state) => log.push(`third ${state.remoteComposingState}`));
    });
    const leave = store.subscribe(() => log.push('second'));
    beginAndEnd(test);
    expect(log).toEqual(['first composing', 'third idle']);
  });

  it('B17 the emitter drops all listeners when it is cleared', () => {
    const emitter = createEmitter<{ a: number; b: string }>();
    emitter.on('a', () => {});
    emitter.on('a', () => {});
    emitter.on('b', () => {})();
    expect([emitter.count('a'), emitter.count('b')]).toEqual([2, 0]);
    emitter.clear();
    expect([emitter.count('a'), emitter.count('b')]).toEqual([0, 0]);
  });

  it('B17 a terminated flow raises no events', () => {
    const test = createTestFlow();
    test.flow.terminate();
    const raised = test.events.length;
    test.flow.on('stateChanged', () => {
      throw new Error('never');
    });
    test.flow.terminate();
    test.flow.setLocalComposingState('composing');
    test.transport.setStatus({ state: 'closed' });
    expect(test.events).toHaveLength(raised);
  });
});

describe('snapshots', () => {
  it('B114 the snapshot is the same object as long as nothing changes, and a new one after a change', () => {
    const test = createTestFlow();
    const { store } = test.flow;
    const first = store.getState();
    expect(store.getState()).toBe(first);
    test.flow.setLocalComposingState('composing');
    const second = store.getState();
    expect(second).not.toBe(first);
    expect(first.localComposingState).toBe('idle');
    // Deadlines change, and the snapshot does not.
    test.flow.setLocalComposingState('composing');
    test.transport.setStatus({ state: 'online' });
    expect(store.getState()).toBe(second);
  });

  it('B114 the snapshot keeps the parts that do not change', () => {
    const test = createTestFlow();
    test.transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
    const before = test.flow.store.getState();
    test.flow.setLocalComposingState('composing');
    const after = test.flow.store.getState();
    expect(after).not.toBe(before);
    expect(after.remoteComposers).toBe(before.remoteComposers);
    expect(after.history).toBe(before.history);
  });

  it('B114 the snapshot stores an expiry, and no getter computes it from the time', async () => {
    const test = createTestFlow();
    const { store } = test.flow;
    test.flow.setLocalComposingState('composing');
    test.transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
    const before = store.getState();
    const seen: string[] = [];
    store.subscribe(({ localComposingState, remoteComposingState }) =>
      seen.push(`${localComposingState} ${remoteComposingState}`),
    );
    // The deadline has passed, but the timer has not run yet.
    const waking = test.clock.sleep(6_000);
    expect(store.getState()).toBe(before);
    await waking;
    expect(store.getState()).not.toBe(before);
    expect(seen).toEqual(['idle idle']);
  });

  it('B114 one event with many changes writes the store once', () => {
    const test = createTestFlow();
    test.flow.setLocalComposingState('composing');
    test.transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
    let writes = 0;
    test.flow.store.subscribe(() => (writes += 1));
    test.transport.setStatus({ state: 'offline' });
    expect(writes).toBe(1);
    expect(test.flow.store.getState()).toMatchObject({
      connection: 'offline',
      localComposingState: 'idle',
      remoteComposingState: 'idle',
    });
  });

  it('B114 messages and their order have a new identity only when they change', async () => {
    const test = createTestFlow({ fake: { autoAnswer: 'manual' } });
    const { id } = test.flow.sendMessage('hello');
    const [record, order, snapshot] = [
      test.flow.messages.get(id),
      test.flow.messages.order,
      test.flow.store.getState(),
    ];
    test.flow.setLocalComposingState('composing');
    expect(test.flow.messages.get(id)).toBe(record);
    expect(test.flow.messages.order).toBe(order);
    expect(test.flow.store.getState().orderRevision).toBe(snapshot.orderRevision);
    test.transport.messages[0]?.accept();
    await test.clock.advance(0);
    expect(test.flow.messages.get(id)).not.toBe(record);
    expect(record?.status).toBe('sending');
  });
});
