import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageRecord } from './messageRecord.ts';
import { parseFailures, parseMeta, parseRecord } from './parseRecord.ts';

const RECORD: MessageRecord = {
  id: 'm1~2',
  messageId: 'm1',
  direction: 'incoming',
  sender: 'bo',
  contentType: 'text/plain',
  body: '',
  order: -1.5,
  at: 5,
  sentAt: 4,
  stamp: { session: 's', sequence: 3 },
  position: 'p',
  status: 'undeliverable',
  attempts: 2,
  times: { queued: 1, failed: 2 },
  code: 486,
  retryable: false,
  deliveryFailures: [{ recipient: 'bo', responseCode: 486 }],
  isContentTypeSupported: false,
  conflict: true,
  wantsDisplayed: false,
  acknowledgement: 'owed',
  report: 504,
};

describe('a stored record', () => {
  it('B117 comes back as it was', () => {
    expect(parseRecord(structuredClone(RECORD))).toEqual(RECORD);
    expect(parseRecord({ ...RECORD, report: 'success', acknowledgement: 'done' })).toMatchObject({
      report: 'success',
      acknowledgement: 'done',
    });
  });

  it.each([
    ['id', ''],
    ['id', 5],
    ['messageId', undefined],
    ['direction', 'sideways'],
    ['sender', null],
    ['contentType', 5],
    ['body', undefined],
    ['body', new Uint8Array()],
    ['order', '1'],
    ['order', Number.NaN],
    ['order', Infinity],
    ['at', undefined],
    ['status', 'read'],
    ['status', undefined],
  ])('B117 is none with the %s %j', (field, value) => {
    expect(parseRecord({ ...RECORD, [field]: value })).toBeUndefined();
  });

  it.each([
    ['sentAt', 'yesterday'],
    ['stamp', { session: 5 }],
    ['position', 5],
    ['code', '486'],
    ['retryable', 'yes'],
    ['conflict', 1],
    ['wantsDisplayed', true],
    ['acknowledgement', 'perhaps'],
    ['report', 'failure'],
  ])('B117 goes without a %s that makes no sense', (field, value) => {
    const { [field as 'code']: _left, ...rest } = RECORD;
    expect(parseRecord({ ...RECORD, [field]: value })).toEqual(rest);
  });

  it('B117 has what it cannot do without, whatever is stored there', () => {
    const parsed = parseRecord({
      ...RECORD,
      attempts: '2',
      times: { queued: 1, read: 2, sent: 'now' },
      deliveryFailures: [null, { recipient: 'bo' }, { recipient: 'cy', responseCode: 500, more: 1 }],
      isContentTypeSupported: undefined,
      something: 'else',
    });
    expect(parsed).toEqual({
      ...RECORD,
      attempts: 0,
      times: { queued: 1 },
      deliveryFailures: [{ recipient: 'cy', responseCode: 500 }],
      isContentTypeSupported: true,
    });
  });

  it('B117 never throws, and is a fixed point', () => {
    const field = fc.constantFrom(...(Object.keys(RECORD) as (keyof MessageRecord)[]));
    fc.assert(
      fc.property(fc.dictionary(field, fc.anything(), { maxKeys: 6 }), (spoilt) => {
        const parsed = parseRecord({ ...RECORD, ...spoilt });
        if (parsed !== undefined) expect(parseRecord(structuredClone(parsed))).toEqual(parsed);
      }),
    );
    fc.assert(fc.property(fc.anything(), (value) => void parseRecord(value)));
  });
});

describe('what a conversation keeps besides', () => {
  it.each([
    [undefined, {}],
    ['text', {}],
    [
      { displayedOrder: 3, remoteDisplayedOrder: 4.5, remoteDisplayedAt: 5 },
      { displayedOrder: 3, remoteDisplayedOrder: 4.5, remoteDisplayedAt: 5 },
    ],
    [{ displayedOrder: '3', remoteDisplayedOrder: Number.NaN, remoteDisplayedAt: null, more: 1 }, {}],
  ])('B117 of %j is %j', (value, meta) => {
    expect(parseMeta(value)).toEqual(meta);
  });
});

describe('the recipients that a message did not reach', () => {
  it('B70 are a bounded list, whatever a peer sends', () => {
    expect(parseFailures('all of them')).toEqual([]);
    const many = Array.from({ length: 500 }, (_, index) => ({ recipient: `r${index}`, responseCode: 486 }));
    expect(parseFailures(many)).toEqual(many.slice(0, 100));
    expect(
      parseFailures([
        { recipient: '', responseCode: 486 },
        { recipient: 'bo', responseCode: '486' },
      ]),
    ).toEqual([]);
  });
});
