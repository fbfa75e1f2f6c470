import { describe, expect, it } from 'vitest';
import type { MessageRecord } from '@imflow/core';
import { message } from '../../fixtures/conversation.ts';
import { defaultTranslations as en } from '../settings/translations.ts';
import { failureReason } from './failureReason.ts';
import { stagesOf } from './stages.ts';
import { isUnconfirmed, tickState } from './tickState.ts';

const AT = 1_000;

describe('the details of an own message', () => {
  it.each([
    ['queued', { queued: 1 }, ['queued 1', 'waiting …']],
    ['sending', { queued: 1, sending: 2 }, ['queued 1', 'waiting …']],
    ['sent', { queued: 1, sending: 2, sent: 3 }, ['queued 1', 'sent 3']],
    ['delivered', { queued: 1, sent: 3, delivered: 4 }, ['queued 1', 'sent 3', 'delivered 4']],
    ['displayed', { queued: 1, sent: 3, delivered: 4, displayed: 5 }, ['queued 1', 'sent 3', 'delivered 4', 'read 5']],
    // A later stage implies earlier ones, whose times are unknown.
    ['displayed', { queued: 1, displayed: 5 }, ['queued 1', 'sent ?', 'delivered ?', 'read 5']],
    // The response of the transport was "delivered".
    ['delivered', { queued: 1, delivered: 4 }, ['queued 1', 'sent 4', 'delivered 4']],
    // A message from another device.
    ['sent', {}, ['sent ?']],
    // A late success replaces the failure before it.
    ['delivered', { queued: 1, failed: 2, delivered: 4 }, ['queued 1', 'sent 4', 'delivered 4']],
    ['failed', { queued: 1, sending: 2, failed: 6 }, ['queued 1', 'failed 6']],
    ['undeliverable', { queued: 1, sent: 3, undeliverable: 6 }, ['queued 1', 'sent 3', 'undeliverable 6']],
  ] as const)('the details list %s with timestamps %j', (status, timestamps, expected) => {
    const facts = stagesOf({ status, timestamps: timestamps }, true);
    expect(facts.map(({ stage, at, pending }) => `${stage} ${pending ? '…' : (at ?? '?')}`)).toEqual(expected);
  });

  it('the details of a message in flight say that it is on its way', () => {
    expect(stagesOf({ status: 'queued', timestamps: { queued: 1 } }, false).at(-1)).toEqual({
      stage: 'sending',
      pending: true,
    });
  });
});

describe('a message that failed', () => {
  const failed = (fields: Partial<MessageRecord>): MessageRecord =>
    message(1, { direction: 'outgoing', status: 'failed', ...fields });

  it.each([408, 500, 502, 504])(
    'B241 a failed message may have arrived where no response refused it: code %i',
    (code) => {
      expect(isUnconfirmed(failed({ code }))).toBe(true);
      expect(tickState('failed', false, true)).toBe('unconfirmed');
      expect(failureReason(failed({ code }), en, 'Bo')).toBe(en.mayHaveArrived);
      expect(stagesOf(failed({ code, timestamps: { failed: AT } }), false)).toEqual([{ stage: 'unconfirmed', at: AT }]);
    },
  );

  it.each([400, 403, 404, 413, 415, 429, 480, 503])(
    'B241 a failed message has not arrived where it was refused: code %i',
    (code) => {
      expect(isUnconfirmed(failed({ code }))).toBe(false);
      expect(stagesOf(failed({ code, timestamps: { failed: AT } }), false)).toEqual([{ stage: 'failed', at: AT }]);
    },
  );

  it('B241 a failed message has not arrived where it never left', () => {
    expect(isUnconfirmed(failed({ code: 408, attempts: 0 }))).toBe(false);
  });

  it('B241 the hint that a message may have arrived is not shown where the participant reported the failure', () => {
    const reported = message(1, { direction: 'outgoing', status: 'undeliverable', code: 408 });
    expect(isUnconfirmed(reported)).toBe(false);
    expect(failureReason(reported, en, 'Bo')).toBe('There was no answer in time.');
  });
});
