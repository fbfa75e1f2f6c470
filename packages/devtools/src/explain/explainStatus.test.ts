import type { MessageRecord } from '@imflow/core';
import { createScript, createSeededRandom, printTrace, readTrace, replay, traceSimulation } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { incomingCases } from '../../fixtures/incomingCases.ts';
import { outgoingCases } from '../../fixtures/outgoingCases.ts';
import type { StatusCase } from '../../fixtures/statusCase.ts';
import { explainStatus } from './explainStatus.ts';
import { SENTENCES } from './sentences.ts';

const cases = [...outgoingCases, ...incomingCases];
const [held] = outgoingCases.filter(({ reason }) => reason === 'held') as [StatusCase];
const [sent] = outgoingCases.filter(({ reason }) => reason === 'receipt-pending') as [StatusCase];

/** Reasons that follow from the message alone: the reason, the changed fields of a sent message, the sentence. */
const alone = [
  ['next', { status: 'queued' }, 'It waits to be passed to the transport.'],
  [
    'sending',
    { status: 'sending', attempts: 2 },
    'Attempt 2 was passed to the transport, and the network has not responded.',
  ],
  ['receipt-owed', { direction: 'incoming', receipt: 'owed' }, 'A delivery receipt is owed to its sender.'],
  [
    'unseen',
    { direction: 'incoming', receipt: 'sent' },
    'Its sender knows that it was delivered; the local user has not seen it.',
  ],
] as const;

describe('explainStatus', () => {
  it.each(cases.map((each) => [each.reason, each.name, each] as const))(
    'B423 explainStatus explains the reason %s (%s) in one sentence',
    async (reason, _name, { sentence, run }) => {
      const [{ flow, recording }, id] = await run();
      const record = flow.messages.get(id);
      if (record === undefined) throw new Error(`There is no message ${id}.`);
      expect(explainStatus(record, recording.getTrace())).toEqual({ reason, sentence });
    },
  );

  it.each(alone)(
    'B423 explainStatus explains the reason %s from the message alone',
    async (reason, change, sentence) => {
      const [{ flow }, id] = await sent.run();
      const record = { ...(flow.messages.get(id) as MessageRecord), ...change };
      expect(explainStatus(record, { capabilities: flow.capabilities, transactions: [] })).toEqual({
        reason,
        sentence,
      });
    },
  );

  it('B423 a case of these tests asserts the sentence of each reason', () => {
    const asserted = new Set<string>([...alone, ...cases.map(({ reason }) => [reason])].map(([reason]) => reason));
    expect(Object.keys(SENTENCES).filter((reason) => !asserted.has(reason))).toEqual([]);
  });

  it('B423 explainStatus counts the time until a deadline from the given present time', async () => {
    const [{ flow, recording, clock }, id] = await held.run();
    const explain = (at: number): string =>
      explainStatus(flow.messages.get(id) as MessageRecord, { ...recording.getTrace(), at }).sentence;
    expect(explain(clock.now() + 1_500)).toContain('another 3.5 s');
    expect(explain(clock.now() + 4_750)).toContain('another 250 ms');
    expect(explain(clock.now() + 9_000)).toContain('another 0 ms');
    expect(explain(clock.now() - 9_000)).toContain('another 5 s');
  });

  it.each(cases)(
    'B423 explainStatus finds the same reason in a trace that was printed and read: $name',
    async ({ reason, run }) => {
      const [{ recording }, id] = await run();
      const steps = replay(readTrace(printTrace(recording.getTrace())));
      steps.moveTo(steps.trace.transactions.length - 1);
      const record = steps.message(id) as MessageRecord;
      // A function cannot be printed.
      const expected = reason === 'untrusted' ? 'no-receipt-requested' : reason;
      expect(explainStatus(record, steps.trace).reason).toBe(expected);
    },
  );

  it.each([3, 12, 13, 30_005])(
    'B423 explainStatus explains every message after each transaction of a simulated conversation (seed %i)',
    async (seed) => {
      const { traces } = await traceSimulation(createScript(seed, createSeededRandom(`script ${seed}`)));
      const reasons = new Set<string>();
      for (const trace of traces.values()) {
        const steps = replay(trace);
        do {
          const transactions = trace.transactions.slice(0, steps.position + 1);
          for (const record of steps.messages) {
            const { reason, sentence } = explainStatus(record, { capabilities: trace.capabilities, transactions });
            expect(sentence).toMatch(/^[A-Z].*\.$/);
            expect(sentence).not.toMatch(/undefined|NaN|Infinity/);
            reasons.add(reason);
          }
        } while (steps.forward());
      }
      expect(reasons.size).toBeGreaterThan(5);
    },
  );
});
