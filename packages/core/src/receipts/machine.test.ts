import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutgoingNotification } from '../ports/transport.ts';
import {
  MAX_COVERED_MESSAGES,
  initialReceipts,
  MAX_RECEIPT_ATTEMPTS,
  receiptKey,
  type Receipts,
  MAX_PENDING_RECEIPTS,
  MAX_RECEIPTS_IN_FLIGHT,
  receiptsDeadline,
  type ReceiptsEffect,
  type ReceiptsEvent,
  type ReceiptsSettings,
  reduceReceipts,
  DISPLAYED_DELAY,
  displayedMessages,
} from './machine.ts';
import { pendingReceipt, pendingReceipts } from './pendingReceipts.ts';
import { NO_DEADLINE } from '../time/step.ts';

interface Run {
  state: Receipts;
  /** The effects of an event. */
  feed(event: ReceiptsEvent, now?: number): readonly ReceiptsEffect[];
  /** The effects of an event in short: `send delivered:m1`. */
  do(event: ReceiptsEvent, now?: number): string[];
}

function start(settings: Partial<ReceiptsSettings> = {}, state: Receipts = { ...initialReceipts, online: true }): Run {
  const run: Run = {
    state,
    feed(event, now = 0) {
      const step = reduceReceipts(run.state, event, now, { sendTimeout: 30_000, displayed: 'up-to', ...settings });
      run.state = step.state;
      return step.effects;
    },
    do: (event, now) =>
      run
        .feed(event, now)
        .map((effect) =>
          effect.type === 'displayed'
            ? `displayed ${effect.ids.join()}`
            : `${effect.type} ${effect.owed.notification.outcome}:${effect.owed.id}`,
        ),
  };
  return run;
}

function enqueue(id: string, more: Partial<OutgoingNotification> & { durable?: boolean } = {}): ReceiptsEvent {
  const { durable = true, ...notification } = more;
  return { type: 'enqueue', id, notification: { messageId: id, outcome: 'delivered', ...notification }, durable };
}

function seen(...ids: readonly (string | readonly [string, false])[]): ReceiptsEvent {
  const messages = ids.map((id) => {
    const [name, notify] = typeof id === 'string' ? [id, true] : id;
    return { id: name, messageId: name, order: Number(name.slice(1)), notify };
  });
  return { type: 'seen', attended: false, messages };
}

const taken = (id: string, outcome: OutgoingNotification['outcome'] = 'delivered'): ReceiptsEvent => ({
  type: 'taken',
  key: receiptKey(id, outcome),
});

/** The refusal of the last attempt, or of an earlier attempt. */
function refused({ state }: Run, id: string, retryable: boolean, before: number = 0): ReceiptsEvent {
  const key = receiptKey(id, 'delivered');
  const attempt = (pendingReceipt(state, key)?.attempts ?? 0) - before;
  return { type: 'refused', key, attempt, retryable, jitter: 0 };
}

describe('pending receipts', () => {
  it('B88 B108 a receipt is not dropped or held back by the late refusal of an earlier attempt', () => {
    const run = start();
    run.do(enqueue('m1'));
    run.do({ type: 'closed' });
    expect(run.do({ type: 'open' })).toEqual(['send delivered:m1']);
    expect(run.do(refused(run, 'm1', true, 1))).toEqual([]);
    expect(run.do(refused(run, 'm1', false, 1))).toEqual([]);
    expect([...pendingReceipts(run.state)]).toMatchObject([{ attempts: 2, failures: 0, answerBy: 30_000 }]);
    expect(run.do(refused(run, 'm1', false))).toEqual(['dropped delivered:m1']);
  });

  it('B88 a receipt is sent at once, and once', () => {
    const run = start();
    expect(run.do(enqueue('m1'))).toEqual(['send delivered:m1']);
    expect(run.do(enqueue('m1'))).toEqual([]);
    expect(run.do(taken('m1'))).toEqual(['settled delivered:m1']);
    expect(run.do(taken('m1'))).toEqual([]);
    expect(run.state).toEqual({ ...initialReceipts, online: true });
    // The receipt for a message that arrived again is sent again.
    expect(run.do(enqueue('m1'))).toEqual(['send delivered:m1']);
  });

  it('B88 a receipt waits until the message is stored, and holds up no other', () => {
    const run = start();
    expect(run.do(enqueue('m1', { durable: false }))).toEqual([]);
    expect(run.do(enqueue('m2'))).toEqual(['send delivered:m2']);
    expect(receiptsDeadline(run.state)).toBe(30_000);
    expect(run.do({ type: 'durable', ids: new Set(['m1', 'other']) })).toEqual(['send delivered:m1']);
  });

  it('B118 a receipt waits for the connection, and is sent again if the transport had not accepted it', () => {
    const run = start({}, initialReceipts);
    run.do(enqueue('m1'));
    run.do(enqueue('m2'));
    expect(receiptsDeadline(run.state)).toBe(NO_DEADLINE);
    expect(run.do({ type: 'open' })).toEqual(['send delivered:m1', 'send delivered:m2']);
    run.do(taken('m1'));
    run.do({ type: 'closed' });
    expect(run.do({ type: 'open' })).toEqual(['send delivered:m2']);
    // The late result of the first attempt counts.
    expect(run.do(taken('m2'))).toEqual(['settled delivered:m2']);
  });

  it('B108 a receipt is retried with back-off after a retryable failure', () => {
    const run = start();
    run.do(enqueue('m1'));
    expect(run.do(refused(run, 'm1', true), 1_000)).toEqual([]);
    expect(receiptsDeadline(run.state)).toBe(1_500);
    expect(run.do({ type: 'time' }, 1_499)).toEqual([]);
    expect(run.do({ type: 'time' }, 1_500)).toEqual(['send delivered:m1']);
    expect(run.do(refused(run, 'm1', true), 1_500)).toEqual([]);
    expect(receiptsDeadline(run.state)).toBe(2_500);
  });

  it('B108 a receipt is retried when no response comes in time', () => {
    const run = start();
    run.do(enqueue('m1'));
    expect(receiptsDeadline(run.state)).toBe(30_000);
    expect(run.do({ type: 'time' }, 30_000)).toEqual([]);
    expect(run.do({ type: 'time' }, 30_500)).toEqual(['send delivered:m1']);
  });

  it('B108 a receipt is dropped when the transport refuses it finally, or too often', () => {
    const run = start();
    run.do(enqueue('m1'));
    expect(run.do(refused(run, 'm1', false))).toEqual(['dropped delivered:m1']);
    run.do(enqueue('m2'));
    let now = 0;
    for (let failures = 1; failures < MAX_RECEIPT_ATTEMPTS; failures += 1) {
      expect(run.do(refused(run, 'm2', true), now)).toEqual([]);
      now = receiptsDeadline(run.state);
      expect(run.do({ type: 'time' }, now)).toEqual(['send delivered:m2']);
    }
    expect(run.do(refused(run, 'm2', true), now)).toEqual(['dropped delivered:m2']);
    expect([...pendingReceipts(run.state)]).toEqual([]);
    // A late result of an earlier attempt is ignored.
    expect(run.do(refused(run, 'm2', false), now)).toEqual([]);
  });

  it('B107 pending receipts are bounded, in flight and in memory', () => {
    const run = start({}, initialReceipts);
    const effects: string[] = [];
    for (let number = 1; number <= MAX_PENDING_RECEIPTS + 1; number += 1)
      effects.push(...run.do(enqueue(`m${number}`)));
    expect(effects).toEqual(['dropped delivered:m1']);
    expect([...pendingReceipts(run.state)]).toHaveLength(MAX_PENDING_RECEIPTS);
    const sent = run.do({ type: 'open' });
    expect([sent.length, sent[0], sent.at(-1)]).toEqual([16, 'send delivered:m2', 'send delivered:m17']);
    expect(MAX_RECEIPTS_IN_FLIGHT).toBe(16);
    expect(run.do(taken('m2'))).toEqual(['settled delivered:m2', 'send delivered:m18']);
  });

  it('B103 a message has one pending outcome besides its displayed receipt', () => {
    const run = start();
    run.do(enqueue('m1'));
    expect(run.do(enqueue('m1', { outcome: 'failed', code: 486 }))).toEqual([]);
    expect(run.do(enqueue('m1', { outcome: 'displayed' }))).toEqual(['send displayed:m1']);
  });
});

describe('displayed receipts', () => {
  it('B98 displayed messages are reported after a short delay, in one receipt up to the last one with the ids of all', () => {
    const run = start();
    expect(run.do(seen('m1', 'm2'), 1_000)).toEqual([]);
    run.do(seen('m3'), 1_100);
    expect(receiptsDeadline(run.state)).toBe(1_000 + DISPLAYED_DELAY);
    const effects = run.feed({ type: 'time' }, 1_000 + DISPLAYED_DELAY);
    expect(effects).toMatchObject([
      { type: 'displayed', ids: ['m1', 'm2', 'm3'], revisions: ['m1', 'm2', 'm3'], order: 3 },
      {
        type: 'send',
        owed: { notification: { messageId: 'm3', outcome: 'displayed', upTo: true, messageIds: ['m1', 'm2', 'm3'] } },
      },
    ]);
  });

  it('B98 a displayed message is reported only while the user looks', () => {
    const run = start();
    run.do({ type: 'attention', attentive: false });
    run.do(seen('m1'), 0);
    expect(receiptsDeadline(run.state)).toBe(NO_DEADLINE);
    expect(run.do({ type: 'time' }, 60_000)).toEqual([]);
    expect(run.do({ type: 'attention', attentive: true }, 60_000)).toEqual(['displayed m1', 'send displayed:m1']);
    expect(run.do({ type: 'attention', attentive: true }, 60_000)).toEqual([]);
  });

  it('B98 displayed receipts are sent one by one if the protocol has no markers, or not at all', () => {
    const each = start({ displayed: 'each' });
    each.do(seen('m1', 'm2'));
    expect(each.do({ type: 'time' }, DISPLAYED_DELAY)).toEqual([
      'displayed m1,m2',
      'send displayed:m1',
      'send displayed:m2',
    ]);
    const none = start({ displayed: false });
    none.do(seen('m1', 'm2'));
    expect(none.do({ type: 'time' }, DISPLAYED_DELAY)).toEqual(['displayed m1,m2']);
  });

  it('B96 a displayed message is not reported to untrusted senders', () => {
    const run = start();
    run.do(seen('m1', ['m2', false]));
    expect(run.do({ type: 'time' }, DISPLAYED_DELAY)).toEqual(['displayed m1,m2', 'send displayed:m1']);
    run.do(seen(['m3', false]));
    expect(run.do({ type: 'time' }, 2 * DISPLAYED_DELAY)).toEqual(['displayed m3']);
  });

  it('B118 one receipt covers all messages whose receipts could not be sent before', () => {
    const run = start({}, initialReceipts);
    for (const [index, id] of ['m1', 'm2', 'm3'].entries()) {
      run.do(seen(id), index * 1_000);
      run.do({ type: 'time' }, index * 1_000 + DISPLAYED_DELAY);
    }
    run.do(enqueue('m9'));
    expect(run.feed({ type: 'open' }, 5_000)).toMatchObject([
      { type: 'send', owed: { notification: { messageId: 'm3', messageIds: ['m1', 'm2', 'm3'] } } },
      { type: 'send', owed: { notification: { messageId: 'm9', outcome: 'delivered' } } },
    ]);
  });

  it('B98 a displayed receipt names all its messages, whatever their number', () => {
    const run = start();
    const ids = Array.from({ length: 2 * MAX_COVERED_MESSAGES + 1 }, (_, index) => `m${index}`);
    run.do(seen(...ids));
    const sent = run.feed({ type: 'time' }, DISPLAYED_DELAY).filter((effect) => effect.type === 'send');
    expect(sent.map((effect) => effect.owed.id)).toEqual([
      `m${MAX_COVERED_MESSAGES - 1}`,
      `m${2 * MAX_COVERED_MESSAGES - 1}`,
      `m${2 * MAX_COVERED_MESSAGES}`,
    ]);
    expect(sent.flatMap((effect) => effect.owed.notification.messageIds ?? [])).toEqual(ids);
  });
});

it('B88 B98 B118 each pending receipt is sent until it is accepted, within the bounds, in any interleaving', () => {
  const number = fc.integer({ min: 1, max: 30 });
  const happening = fc.oneof(
    fc.record({ type: fc.constant('enqueue' as const), number, durable: fc.boolean() }),
    fc.record({ type: fc.constantFrom('taken' as const, 'refused' as const, 'durable' as const), number }),
    fc.record({ type: fc.constantFrom('open' as const, 'closed' as const) }),
    fc.record({ type: fc.constant('attention' as const), attentive: fc.boolean() }),
    fc.record({ type: fc.constantFrom('see' as const, 'wait' as const) }),
  );
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (story) => {
      const run = start({}, initialReceipts);
      let [now, last] = [0, 0];
      const owed = new Set<string>();
      const unreported = new Set<string>();
      const take = (effects: readonly ReceiptsEffect[]): void => {
        for (const effect of effects) {
          if (effect.type === 'displayed') continue;
          const { id, durable, notification } = effect.owed;
          if (effect.type === 'send') {
            expect(durable).toBe(true);
            expect(run.state.online).toBe(true);
          } else {
            if (notification.outcome === 'delivered') owed.delete(id);
            for (const named of notification.messageIds ?? []) unreported.delete(named);
          }
        }
      };
      for (const event of story) {
        switch (event.type) {
          case 'enqueue':
            owed.add(`m${event.number}`);
            take(run.feed(enqueue(`m${event.number}`, { durable: event.durable }), now));
            break;
          case 'taken':
            take(run.feed(taken(`m${event.number}`), now));
            take(run.feed(taken(`m${event.number}`, 'displayed'), now));
            break;
          case 'refused':
            take(run.feed(refused(run, `m${event.number}`, event.number % 3 > 0), now));
            break;
          case 'durable':
            take(run.feed({ type: 'durable', ids: new Set([`m${event.number}`]) }, now));
            break;
          case 'see':
            last += 1;
            unreported.add(`m${last}`);
            take(run.feed(seen(`m${last}`), now));
            break;
          case 'wait':
            now += 200;
            take(run.feed({ type: 'time' }, now));
            break;
          case 'open':
          case 'closed':
          case 'attention':
            take(run.feed(event, now));
        }
        const { state } = run;
        const delivered = Array.from(pendingReceipts(state)).filter(
          ({ notification }) => notification.outcome === 'delivered',
        );
        expect(new Set(delivered.map(({ id }) => id))).toEqual(owed);
        // Each message that was seen waits for its receipt, or is named by exactly one.
        const named = Array.from(pendingReceipts(state)).flatMap(({ notification }) => notification.messageIds ?? []);
        expect([...named, ...Array.from(displayedMessages(state), ({ id }) => id)].toSorted()).toEqual(
          [...unreported].toSorted(),
        );
        const inFlight = Array.from(pendingReceipts(state)).filter(({ answerBy }) => answerBy !== NO_DEADLINE);
        expect(inFlight.length).toBeLessThanOrEqual(MAX_RECEIPTS_IN_FLIGHT);
        if (!state.online) expect(inFlight).toEqual([]);
        // Whatever may be sent has been sent.
        const waits = Array.from(pendingReceipts(state)).some(
          ({ durable, answerBy }) => durable && answerBy === NO_DEADLINE,
        );
        if (state.online && waits && inFlight.length < MAX_RECEIPTS_IN_FLIGHT) {
          expect(state.retryAt).toBeGreaterThan(now);
          expect(receiptsDeadline(state)).toBeLessThanOrEqual(state.retryAt);
        }
      }
    }),
    { numRuns: 500 },
  );
});
