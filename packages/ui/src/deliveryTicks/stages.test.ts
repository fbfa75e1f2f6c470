import { describe, expect, it } from 'vitest';
import { stagesOf } from './stages.ts';

describe('the facts of an own message', () => {
  it.each([
    ['queued', { queued: 1 }, ['queued 1', 'waiting …']],
    ['sending', { queued: 1, sending: 2 }, ['queued 1', 'waiting …']],
    ['sent', { queued: 1, sending: 2, sent: 3 }, ['queued 1', 'sent 3']],
    ['delivered', { queued: 1, sent: 3, delivered: 4 }, ['queued 1', 'sent 3', 'delivered 4']],
    ['displayed', { queued: 1, sent: 3, delivered: 4, displayed: 5 }, ['queued 1', 'sent 3', 'delivered 4', 'read 5']],
    // What a later stage proves, without a time.
    ['displayed', { queued: 1, displayed: 5 }, ['queued 1', 'delivered ?', 'read 5']],
    // From another device.
    ['sent', {}, ['sent ?']],
    // A late success: the failure before it is not what became of the message.
    ['delivered', { queued: 1, failed: 2, delivered: 4 }, ['queued 1', 'delivered 4']],
    ['failed', { queued: 1, sending: 2, failed: 6 }, ['queued 1', 'failed 6']],
    ['undeliverable', { queued: 1, sent: 3, undeliverable: 6 }, ['queued 1', 'sent 3', 'undeliverable 6']],
  ] as const)('%s with timestamps %j', (status, timestamps, expected) => {
    const facts = stagesOf({ status, timestamps: timestamps }, true);
    expect(facts.map(({ stage, at, pending }) => `${stage} ${pending ? '…' : (at ?? '?')}`)).toEqual(expected);
  });

  it('one that is on its way says so', () => {
    expect(stagesOf({ status: 'queued', timestamps: { queued: 1 } }, false).at(-1)).toEqual({
      stage: 'sending',
      pending: true,
    });
  });
});
