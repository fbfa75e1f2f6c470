import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ORDER, type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import { parseFailures, parseMeta, parseRecord } from './records.ts';

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
  frameSequence: { session: 's', sequence: 3 },
  position: 'p',
  status: 'undeliverable',
  attempts: 2,
  timestamps: { queued: 1, failed: 2 },
  code: 486,
  retryable: false,
  deliveryFailures: [{ recipient: 'bo', responseCode: 486 }],
  isContentTypeSupported: false,
  conflict: true,
  archived: true,
  wantsDisplayed: false,
  receipt: 'owed',
  outcome: 504,
};

describe('a stored record', () => {
  it('B117 a stored record is parsed to the same record', () => {
    expect(parseRecord(structuredClone(RECORD))).toEqual(RECORD);
    expect(parseRecord({ ...RECORD, outcome: 'success', receipt: 'sent' })).toMatchObject({
      outcome: 'success',
      receipt: 'sent',
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
    ['order', -Infinity],
    ['order', 1e300],
    ['order', -1e300],
    ['order', MAX_ORDER + 1],
    ['order', -MAX_ORDER - 1],
    ['order', PENDING_ORDER],
    ['at', undefined],
    ['at', 1e300],
    ['at', 8.64e15 + 1],
    ['status', 'read'],
    ['status', undefined],
  ])('B117 a stored record with the %s %j is invalid', (field, value) => {
    expect(parseRecord({ ...RECORD, [field]: value })).toBeUndefined();
  });

  it.each([
    ['sentAt', 'yesterday'],
    ['frameSequence', { session: 5 }],
    ['position', 5],
    ['sentAt', -1e300],
    ['code', '486'],
    ['code', 200],
    ['code', 700],
    ['code', 486.5],
    ['report', 99],
    ['retryable', 'yes'],
    ['conflict', 1],
    ['archived', false],
    ['wantsDisplayed', true],
    ['receipt', 'perhaps'],
    ['report', 'failure'],
  ])('B117 a stored record loses an invalid %s', (field, value) => {
    const { [field as 'code']: _left, ...rest } = RECORD;
    expect(parseRecord({ ...RECORD, [field]: value })).toEqual(rest);
  });

  it.each<[MessageRecord['direction'], number, boolean]>([
    ['incoming', MAX_ORDER, true],
    ['incoming', -MAX_ORDER, true],
    ['incoming', -0, true],
    ['incoming', PENDING_ORDER + 1, false],
    ['outgoing', PENDING_ORDER + 1.8e12, true],
    ['outgoing', MAX_ORDER + 1, false],
    ['outgoing', PENDING_ORDER + MAX_ORDER, true],
    ['outgoing', PENDING_ORDER + MAX_ORDER + 1, false],
    ['outgoing', Number.MAX_SAFE_INTEGER, false],
  ])('B117 whether a stored %s message with the order %d is valid: %s', (direction, order, isValid) => {
    expect(parseRecord({ ...RECORD, direction, order }) !== undefined).toBe(isValid);
  });

  it.each([-1, 0.5, 1e300, Number.NaN])('B82 a stored record with %d attempts is parsed to 0 attempts', (attempts) => {
    expect(parseRecord({ ...RECORD, attempts })?.attempts).toBe(0);
  });

  it('B117 a parsed record has all required fields, whatever was stored', () => {
    const parsed = parseRecord({
      ...RECORD,
      attempts: '2',
      timestamps: { queued: 1, read: 2, sent: 'now' },
      deliveryFailures: [null, { recipient: 'bo' }, { recipient: 'cy', responseCode: 500, more: 1 }],
      isContentTypeSupported: undefined,
      something: 'else',
    });
    expect(parsed).toEqual({
      ...RECORD,
      attempts: 0,
      timestamps: { queued: 1 },
      deliveryFailures: [{ recipient: 'cy', responseCode: 500 }],
      isContentTypeSupported: true,
    });
  });

  it('B117 parsing never throws, and parsing its result changes nothing', () => {
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

describe('the metadata of a conversation', () => {
  it.each([
    [undefined, {}, []],
    ['text', {}, ['meta']],
    [{ displayedOrder: -0 }, { displayedOrder: -0 }, []],
    [
      { displayedOrder: 3, remoteDisplayedOrder: 4.5, remoteDisplayedAt: 5 },
      { displayedOrder: 3, remoteDisplayedOrder: 4.5, remoteDisplayedAt: 5 },
      [],
    ],
    [
      { displayedOrder: '3', remoteDisplayedOrder: Number.NaN, remoteDisplayedAt: null, more: 1 },
      {},
      ['displayedOrder', 'remoteDisplayedOrder', 'remoteDisplayedAt'],
    ],
    [
      { displayedOrder: 1e300, remoteDisplayedOrder: PENDING_ORDER, remoteDisplayedAt: 1e300 },
      {},
      ['displayedOrder', 'remoteDisplayedOrder', 'remoteDisplayedAt'],
    ],
    [{ displayedOrder: Infinity, remoteDisplayedOrder: 5 }, { remoteDisplayedOrder: 5 }, ['displayedOrder']],
    [{ displayedOrder: -1e300 }, {}, ['displayedOrder']],
  ])('B117 the metadata %j is parsed to %j, without %j', (value, meta, left) => {
    const leftOut: string[] = [];
    expect(parseMeta(value, (name) => leftOut.push(name))).toEqual(meta);
    expect(leftOut).toEqual(left);
  });

  it('B117 the metadata is empty where its value throws', () => {
    const leftOut: string[] = [];
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(parseMeta(proxy, (name) => leftOut.push(name))).toEqual({});
    expect(leftOut).toEqual(['meta']);
  });
});

describe('the recipients that a message did not reach', () => {
  it('B70 the list of recipients that a message did not reach is bounded, whatever a peer sends', () => {
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

  it.each([0, 99, 100, 200, 299, 700, 1e9, -486, 486.5, Number.NaN, Infinity])(
    'B70 a recipient that a message did not reach has no code %d',
    (responseCode) => {
      const sound = { recipient: 'cy', responseCode: 699 };
      expect(parseFailures([{ recipient: 'bo', responseCode }, sound])).toEqual([sound]);
    },
  );
});
