import { anything, assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrame } from './readFrame.ts';

const LIMITS = { maxFrameBytes: 1, maxMessageBytes: 1, maxInFlight: 1, maxFramesPerSecond: 1 };
const ENTRY = {
  kind: 'message',
  id: 'm1',
  author: 'bo',
  contentType: 'text/plain',
  body: '',
  sentAt: 0,
  position: 1,
  at: 2,
};
const OPERATION = { id: 'o1', author: 'bo', target: 'm1', sequence: 1, position: 2, at: 3 };
const OPERATIONS = [
  { ...OPERATION, kind: 'edit', contentType: 'text/plain', body: 'hi' },
  { ...OPERATION, kind: 'retract' },
  { ...OPERATION, kind: 'react', emojis: ['👍'] },
];
const REPLY = { ...ENTRY, replyTo: { id: 'm0', sender: 'ana', excerpt: 'so' }, retracted: true };
const RECEIPT = { id: 'm1', outcome: 'displayed', ids: ['m1'], at: 3 };

describe('a frame of a server', () => {
  it.each([
    { type: 'welcome', protocol: 1, user: 'ana', epoch: 'e', limits: LIMITS },
    { type: 'accepted', request: 1, position: 2, at: 3 },
    { type: 'refused', request: 1, code: 403, reason: 'No.', retryable: false },
    {
      type: 'entries',
      with: 'bo',
      entries: [ENTRY, REPLY, ...OPERATIONS],
      receipts: [RECEIPT],
      position: 4,
      stored: true,
    },
    { type: 'page', request: 1, entries: [ENTRY], operations: OPERATIONS, receipts: [RECEIPT], end: false },
    { type: 'composing', with: 'bo', state: 'composing', refresh: 5, frameSequence: { session: 's', sequence: 1 } },
    { type: 'presence', with: 'bo', available: false, lastSeen: 6 },
    { type: 'waiting', with: 'bo' },
    { type: 'unknown', frame: 'later' },
    { type: 'pong', request: 1 },
  ])('B283 a frame of the type $type is read as it was written', (frame) => {
    expect(readFrame(JSON.stringify(frame))).toEqual({ frame });
  });

  it.each([
    'no JSON',
    '[]',
    'null',
    '{}',
    '{"type":"accepted"}',
    '{"type":"refused","code":200,"reason":"","retryable":true}',
    '{"type":"welcome","protocol":1,"user":"ana","epoch":"e","limits":{}}',
    JSON.stringify({ type: 'entries', with: 'bo', entries: [{ ...ENTRY, body: 5 }], receipts: [], position: 1 }),
    JSON.stringify({ type: 'entries', with: 'bo', entries: [], receipts: [{ ...RECEIPT, at: -1 }], position: 1 }),
    JSON.stringify({
      type: 'entries',
      with: 'bo',
      entries: [{ ...OPERATION, kind: 'edit' }],
      receipts: [],
      position: 1,
    }),
    JSON.stringify({ type: 'page', request: 1, entries: [], operations: [{ kind: 'retract' }], receipts: [] }),
  ])('B283 a malformed frame is reported as malformed: %s', (text) => {
    expect(readFrame(text)).toHaveProperty('malformed');
  });

  it('B283 an entry of an unknown kind is left out, and the others are read', () => {
    const frame = {
      type: 'entries',
      with: 'bo',
      entries: [{ kind: 'poll' }, ENTRY],
      receipts: [],
      position: 2,
      stored: false,
    };
    expect(readFrame(JSON.stringify(frame))).toMatchObject({ frame: { entries: [ENTRY] } });
  });

  it('B283 names of object properties are unknown frames, and never executed', () => {
    for (const type of ['constructor', '__proto__', 'toString']) {
      expect(readFrame(JSON.stringify({ type }))).toEqual({ unknown: type });
    }
  });

  it('B283 reading any value causes no exception', () => {
    assert(
      property(anything(), string(), (value, text) => {
        readFrame(value);
        readFrame(text);
        readFrame(JSON.stringify(value));
      }),
    );
  });
});
