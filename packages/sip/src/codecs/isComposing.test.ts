import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composing } from '../../test/captures.ts';
import { damaged, fuzzTimeout, runs } from '../../test/fuzz.ts';
import { decodeIsComposing, encodeIsComposing, type IsComposing } from './isComposing.ts';
import { MAX_XML_CHARACTERS } from './xml.ts';

const wrap = (inside: string): string =>
  `<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing">${inside}</isComposing>`;

describe('isComposing (RFC 3994)', () => {
  it('the parser reads a notification of a softphone', () => {
    expect(decodeIsComposing(composing)).toEqual({ value: { state: 'composing', refresh: 60_000 } });
  });

  it.each([
    ['B55 an unknown state is idle', wrap('<state>dancing</state>'), { state: 'idle' }],
    ['active in capitals is unknown', wrap('<state>Active</state>'), { state: 'idle' }],
    ['a state may have space around it', wrap('<state> active\n</state>'), { state: 'composing' }],
    ['no namespace', '<isComposing><state>active</state></isComposing>', { state: 'composing' }],
    [
      'a prefix',
      '<a:isComposing xmlns:a="urn:ietf:params:xml:ns:im-iscomposing"><a:state>idle</a:state></a:isComposing>',
      { state: 'idle' },
    ],
    [
      'extensions and a time',
      wrap('<lastactive>2026-01-01T00:00:00Z</lastactive><x:y xmlns:x="urn:x"><x:z/></x:y><state>active</state>'),
      { state: 'composing' },
    ],
    ['a refresh of 0', wrap('<state>active</state><refresh>0</refresh>'), { state: 'composing' }],
    ['a negative refresh', wrap('<state>active</state><refresh>-5</refresh>'), { state: 'composing' }],
    [
      'a refresh of more than a day',
      wrap('<state>active</state><refresh>999999999</refresh>'),
      { state: 'composing', refresh: 86_400_000 },
    ],
    [
      'a content type',
      wrap('<state>active</state><contenttype>text/plain</contenttype>'),
      { state: 'composing', contentType: 'text/plain' },
    ],
    ['a byte order mark', `\uFEFF${composing}`, { state: 'composing', refresh: 60_000 }],
  ])('the parser reads %s', (_name, source, value) => {
    expect(decodeIsComposing(source)).toEqual({ value });
  });

  it.each([
    ['nothing', ''],
    ['text', 'active'],
    ['a different root element', '<isTyping/>'],
    ['no state', wrap('')],
    ['two roots', wrap('<state>active</state>').repeat(2)],
    ['a document without its end', composing.slice(0, -5)],
    ['a document type', `<!DOCTYPE isComposing>${wrap('<state>active</state>')}`],
    ['an entity that it declares', `<!DOCTYPE a [<!ENTITY e "active">]>${wrap('<state>&e;</state>')}`],
    ['an entity that is not declared', wrap('<state>&e;</state>')],
    ['a document that is too deep', '<a>'.repeat(40) + '</a>'.repeat(40)],
    ['a document with too many elements', wrap('<a/>'.repeat(1_001))],
    ['a document that is too long', wrap(' '.repeat(MAX_XML_CHARACTERS))],
  ])('B55 the parser refuses %s', (_name, source) => {
    expect(decodeIsComposing(source)).toEqual({ problem: expect.any(String) });
  });

  it('the serializer writes the example of the RFC', () => {
    expect(encodeIsComposing({ state: 'composing', refresh: 60_000 })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>active</state><refresh>60</refresh></isComposing>',
    );
    expect(encodeIsComposing({ state: 'idle', refresh: 60_000 })).not.toContain('refresh');
  });

  it('the parser reads the serialized notification', { timeout: fuzzTimeout }, () => {
    const value: fc.Arbitrary<IsComposing> = fc.record(
      { state: fc.constant('composing' as const), refresh: fc.integer({ min: 1, max: 86_400 }).map((s) => s * 1_000) },
      { requiredKeys: ['state'] },
    );
    fc.assert(
      fc.property(value, (sent) => {
        expect(decodeIsComposing(encodeIsComposing(sent))).toEqual({ value: sent });
      }),
      { numRuns: runs },
    );
  });

  it('the parser never throws', { timeout: fuzzTimeout }, () => {
    const source = fc.oneof(damaged([composing]), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(source, (text) => {
        const read = decodeIsComposing(text);
        if ('value' in read) expect(['composing', 'idle']).toContain(read.value.state);
      }),
      { numRuns: runs },
    );
  });
});
