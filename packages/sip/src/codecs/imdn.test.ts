import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delivered, displayed } from '../../test/captures.ts';
import { damaged, fuzzTimeout, runs } from '../../test/fuzz.ts';
import { decodeImdn, encodeImdn, type Imdn } from './imdn.ts';

const SENT_AT = Date.UTC(2026, 10, 23, 21, 27, 44);
const imdn = (inside: string): string => `<imdn xmlns="urn:ietf:params:xml:ns:imdn">${inside}</imdn>`;
const delivery = (status: string): string =>
  `<delivery-notification><status>${status}</status></delivery-notification>`;

describe('IMDN (RFC 5438)', () => {
  it('the parser reads a notification of a softphone', () => {
    const common = { messageId: 'WsiEhIznNXKf', sentAt: SENT_AT };
    expect(decodeImdn(delivered)).toEqual({ value: { ...common, disposition: 'delivery', status: 'delivered' } });
    expect(decodeImdn(displayed)).toEqual({ value: { ...common, disposition: 'display', status: 'displayed' } });
  });

  it('the parser reads the response code of a failure where a softphone puts it', () => {
    const reason = '<x:reason xmlns:x="http://www.linphone.org/xsds/imdn.xsd" code="488">Not here</x:reason>';
    expect(decodeImdn(imdn(`<message-id>m</message-id>${delivery(`<failed/>${reason}`)}`))).toEqual({
      value: { messageId: 'm', disposition: 'delivery', status: 'failed', code: 488 },
    });
  });

  it.each(['99', '200', '700', '4e2', ''])('the parser skips a response code "%s" that is no failure code', (code) => {
    const source = imdn(`<message-id>m</message-id>${delivery(`<failed/><reason code="${code}"/>`)}`);
    expect(decodeImdn(source)).toEqual({ value: { messageId: 'm', disposition: 'delivery', status: 'failed' } });
  });

  it('the parser reads all optional parts, and ignores extensions', () => {
    const source = imdn(
      '<message-id>m</message-id><datetime>no time</datetime><recipient-uri>im:bo@example.com</recipient-uri>' +
        '<original-recipient-uri>im:b@example.com</original-recipient-uri><subject>Hi</subject>' +
        '<processing-notification><status><stored/></status><note/></processing-notification><e:e xmlns:e="urn:e"/>',
    );
    expect(decodeImdn(source)).toEqual({
      value: { messageId: 'm', disposition: 'processing', status: 'stored', recipient: 'im:bo@example.com' },
    });
  });

  it.each([
    ['nothing', ''],
    ['a different root element', '<receipt/>'],
    ['no message id', imdn(delivery('<delivered/>'))],
    [
      'a message id without an end tag',
      imdn(`<message-id>${'m'.repeat(1_025)}</message-id>${delivery('<delivered/>')}`),
    ],
    ['no disposition', imdn('<message-id>m</message-id>')],
    ['no status', imdn('<message-id>m</message-id><delivery-notification/>')],
    ['a status of another disposition', imdn(`<message-id>m</message-id>${delivery('<displayed/>')}`)],
    ['a document type', `<!DOCTYPE imdn SYSTEM "file:///etc/passwd">${delivered.replace(/^<\?.*?\?>/, '')}`],
  ])('the parser refuses %s', (_name, source) => {
    expect(decodeImdn(source)).toEqual({ problem: expect.any(String) });
  });

  it('the parser reads the serialized notification', { timeout: fuzzTimeout }, () => {
    const outcome = fc.constantFrom(
      { disposition: 'delivery', status: 'delivered' } as const,
      { disposition: 'delivery', status: 'failed' } as const,
      { disposition: 'display', status: 'displayed' } as const,
    );
    const rest = fc.record(
      {
        messageId: fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
          .filter((id) => id.trim() === id && !/[^\P{C}]/u.test(id)),
        sentAt: fc.integer({ min: 0, max: 4e12 }),
        code: fc.integer({ min: 300, max: 699 }),
        recipient: fc.emailAddress().map((address) => `sip:${address}`),
      },
      { requiredKeys: ['messageId'] },
    );
    fc.assert(
      fc.property(outcome, rest, (one, other) => {
        const value: Imdn = { ...other, ...one };
        expect(decodeImdn(encodeImdn(value))).toEqual({ value });
      }),
      { numRuns: runs },
    );
  });

  it('the parser never throws', { timeout: fuzzTimeout }, () => {
    const source = fc.oneof(damaged([delivered, displayed]), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(source, (text) => {
        const read = decodeImdn(text);
        if ('value' in read) expect(read.value.messageId).not.toBe('');
      }),
      { numRuns: runs },
    );
  });
});
