import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as captures from '../../test/captures.ts';
import { damaged, fuzzTimeout, runs } from '../../test/fuzz.ts';
import { type Cpim, decodeCpim, encodeCpim } from './cpim.ts';

const PLAIN = { requestedReceipts: [], contentType: 'text/plain', isNotification: false };

function read(source: string): Cpim {
  const decoded = decodeCpim(source);
  if ('problem' in decoded) throw new Error(decoded.problem);
  return decoded.value;
}

describe('CPIM (RFC 3862)', () => {
  it('the parser reads a message of a softphone', () => {
    expect(read(captures.cpimText)).toEqual({
      from: 'sip:alice@sip.test',
      to: 'sip:bob@sip.test',
      sentAt: Date.UTC(2026, 10, 23, 21, 27, 44),
      messageId: 'WsiEhIznNXKf',
      requestedReceipts: ['positive-delivery', 'negative-delivery', 'display'],
      contentType: 'text/plain',
      isNotification: false,
      body: 'hello héllo from alice',
    });
    const { body, contentType, isNotification } = read(captures.cpimComposing);
    expect({ body, contentType, isNotification }).toEqual({
      body: captures.composing,
      contentType: 'application/im-iscomposing+xml',
      isNotification: false,
    });
    for (const [source, inside] of [
      [captures.cpimDelivered, captures.delivered],
      [captures.cpimDisplayed, captures.displayed],
    ] as const) {
      expect(read(source)).toMatchObject({
        body: inside,
        contentType: 'message/imdn+xml',
        isNotification: true,
        requestedReceipts: [],
      });
    }
  });

  it.each([
    ['lines that end with LF', captures.cpimText.replaceAll('\r\n', '\n'), 'hello héllo from alice'],
    ['no headers but a content type', '\r\nContent-Type: text/plain\r\n\r\nhello', 'hello'],
    ['no headers at all', '\r\n\r\nhello', 'hello'],
    ['a content that is shorter than what follows', '\r\nContent-Length: 2\r\n\r\néxtra', 'é'],
    ['a content that claims to be longer', '\r\nContent-Length: 99\r\n\r\nhello', 'hello'],
    ['blank lines in the content', '\r\n\r\n\r\n\r\nhello\r\n', '\r\n\r\nhello\r\n'],
  ])('the parser reads %s', (_name, source, body) => {
    expect(read(source)).toMatchObject({ contentType: 'text/plain', isNotification: false, body });
  });

  it('the parser finds the headers of RFC 5438 by their namespace, not by their prefix', () => {
    const source = 'NS: n <urn:ietf:params:imdn>\r\nn.Message-ID: one\r\nimdn.Message-ID: two\r\n\r\n\r\nhello';
    expect(read(source).messageId).toBe('one');
  });

  it('the parser skips unknown requests and parameters', () => {
    const source = 'imdn.Disposition-Notification: display;a=b, telepathy , positive-delivery\r\n\r\n\r\nhello';
    expect(read(source).requestedReceipts).toEqual(['positive-delivery', 'display']);
  });

  it('the parser reads addresses with names, without brackets, and escapes', () => {
    expect(read('From: Bo <sip:bo@example.com>\r\nTo: sip:ana@example.com\r\n\r\n\r\n')).toMatchObject({
      from: 'sip:bo@example.com',
      to: 'sip:ana@example.com',
    });
    expect(read(String.raw`imdn.Message-ID: a\u00e9\\\n` + '\r\n\r\n\r\n').messageId).toBe('aé\\\n');
  });

  it.each([
    ['nothing', ''],
    ['no blank line', 'From: <sip:bo@example.com>\r\n'],
    ['no second blank line', 'From: <sip:bo@example.com>\r\n\r\nContent-Type: text/plain\r\n'],
    ['a line that is no header', 'hello\r\n\r\n\r\nhello'],
    ['headers without end', `${'A: b\r\n'.repeat(101)}\r\n\r\nhello`],
    ['headers that it must understand', 'Require: Magic\r\n\r\n\r\nhello'],
  ])('the parser refuses %s', (_name, source) => {
    expect(decodeCpim(source)).toEqual({ problem: expect.any(String) });
  });

  it('a message id cannot inject headers', () => {
    const source = encodeCpim({ ...PLAIN, messageId: 'a\r\nimdn.Message-ID: b', body: '' });
    expect(source.split('\r\n').filter((line) => line.startsWith('imdn.Message-ID'))).toHaveLength(1);
    expect(read(source).messageId).toBe('a\r\nimdn.Message-ID: b');
  });

  it('the parser reads the serialized message', { timeout: fuzzTimeout }, () => {
    const value = fc.record(
      {
        from: fc.emailAddress().map((address) => `sip:${address}`),
        to: fc.emailAddress().map((address) => `sip:${address}`),
        sentAt: fc.integer({ min: 0, max: 4e12 }),
        messageId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
        requestedReceipts: fc.subarray(['positive-delivery', 'negative-delivery', 'processing', 'display'] as const),
        replyTo: fc.record({
          id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
          sender: fc.emailAddress().map((address) => `sip:${address}`),
          excerpt: fc.string({ unit: 'grapheme', maxLength: 200 }),
        }),
        contentType: fc.constantFrom('text/plain', 'text/html;charset=utf-8', 'message/imdn+xml'),
        isNotification: fc.boolean(),
        body: fc.string({ unit: 'grapheme', maxLength: 200 }),
      },
      { requiredKeys: ['requestedReceipts', 'contentType', 'isNotification', 'body'] },
    );
    fc.assert(
      fc.property(value, (sent) => {
        expect(read(encodeCpim(sent))).toEqual(sent);
      }),
      { numRuns: runs },
    );
  });

  it('the parser never throws', { timeout: fuzzTimeout }, () => {
    const whole = [captures.cpimText, captures.cpimComposing, captures.cpimDelivered, captures.cpimDisplayed];
    const source = fc.oneof(damaged(whole), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(source, (text) => {
        const decoded = decodeCpim(text);
        if ('value' in decoded) expect(decoded.value.contentType).not.toBe('');
      }),
      { numRuns: runs },
    );
  });
});
