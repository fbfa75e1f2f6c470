import type { MessageOperation } from '@imflow/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { damaged, fuzzTimeout, runs } from '../../test/fuzz.ts';
import { decodeOperationContent, encodeOperationContent } from './operation.ts';

describe('operations on messages', () => {
  it('B343 the parser reads the serialized operation', { timeout: fuzzTimeout }, () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    const head = { id, target: id, sequence: fc.integer({ min: 0, max: 4e12 }) };
    const text = fc.string({ unit: 'grapheme', maxLength: 200 });
    const value: fc.Arbitrary<MessageOperation> = fc.oneof(
      fc.record({ ...head, kind: fc.constant('edit'), contentType: fc.constant('text/plain'), body: text }),
      fc.record({ ...head, kind: fc.constant('retract') }),
      fc.record({ ...head, kind: fc.constant('react'), emojis: fc.array(text, { maxLength: 20 }) }),
    );
    fc.assert(
      fc.property(value, (operation) => {
        const content = encodeOperationContent(operation) ?? '';
        expect(decodeOperationContent(operation.id, content)).toEqual({ value: operation });
      }),
      { numRuns: runs },
    );
  });

  it('B343 the parser never throws', { timeout: fuzzTimeout }, () => {
    const whole = [
      '{"kind":"edit","target":"m1","sequence":1,"contentType":"text/plain","body":"better"}',
      '{"kind":"react","target":"m1","sequence":1,"emojis":["👍"]}',
    ];
    const source = fc.oneof(damaged(whole), fc.json(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(source, (content) => {
        const decoded = decodeOperationContent('o1', content);
        if ('value' in decoded) expect(['edit', 'retract', 'react']).toContain(decoded.value.kind);
      }),
      { numRuns: runs },
    );
  });
});
