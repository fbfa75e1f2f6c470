/** Frames as a hostile or broken client sends them, for property tests. */

import {
  type Arbitrary,
  anything,
  array,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  json,
  nat,
  oneof,
  option,
  record,
  string,
  tuple,
  uint8Array,
} from 'fast-check';

/** What a client sends: a text or a binary frame. */
export type Sent = string | Uint8Array;

type Fields = Readonly<Record<string, unknown>>;

/** Longer than the largest frame that the server takes by default. */
const TOO_LONG = 600_000;

/**
 * Random frames: each type of the protocol, whole or damaged, any JSON, and what is no JSON.
 * @param names of users, messages and conversations that the frames are about.
 * @param tokens of the hello frames.
 * @param searched The text of the search frames.
 */
export function randomFrames(names: readonly string[], tokens: readonly string[], searched: string): Arbitrary<Sent> {
  const name = oneof(
    { weight: 8, arbitrary: constantFrom(...names) },
    {
      weight: 1,
      arbitrary: constantFrom('__proto__', 'constructor', 'toString', '', 'x'.repeat(201), 'a\nb', '\ud800'),
    },
    { weight: 1, arbitrary: string() },
  );
  const request = nat(50);
  const position = oneof(nat(5), constantFrom(-1, 0.5, 2 ** 53, 1e308));
  const text = oneof(string(), constantFrom('\u0000', '\ud800', 'x'.repeat(70_000)));
  const frameSequence = option(record({ session: name, sequence: position }), { nil: undefined });
  const hello = record({
    type: constant('hello'),
    protocol: constantFrom(1, 1, 1, 2),
    token: constantFrom(...tokens),
    device: name,
  });
  const operation = { type: constant('operation'), request, to: name, id: name, target: name, sequence: nat(5) };
  const frames: readonly Arbitrary<Fields>[] = [
    record({ type: constant('open'), request, with: name }),
    record({ type: constant('close'), with: name }),
    record({
      type: constant('message'),
      request,
      to: name,
      id: name,
      contentType: constantFrom('text/plain', 'x'),
      body: text,
      sentAt: nat(),
      replyTo: option(record({ id: name, sender: name, excerpt: text }), { nil: undefined }),
      frameSequence,
    }),
    record({ ...operation, kind: constant('edit'), contentType: constant('text/plain'), body: text }),
    record({ ...operation, kind: constant('retract') }),
    record({ ...operation, kind: constant('react'), emojis: array(name, { maxLength: 3 }) }),
    record({
      type: constant('receipt'),
      request,
      to: name,
      id: name,
      outcome: constantFrom('delivered', 'displayed', 'failed'),
      upTo: option(boolean(), { nil: undefined }),
      ids: option(array(name, { maxLength: 3 }), { nil: undefined }),
      code: option(integer({ min: 300, max: 699 }), { nil: undefined }),
    }),
    record({
      type: constant('composing'),
      to: name,
      state: constantFrom('composing', 'idle'),
      refresh: option(nat(), { nil: undefined }),
      frameSequence,
    }),
    record({ type: constant('ack'), with: name, position }),
    record({
      type: constant('history'),
      request,
      with: name,
      before: option(position, { nil: undefined }),
      limit: integer({ min: 1, max: 50 }),
    }),
    record({
      type: constant('search'),
      request,
      with: name,
      text: constant(searched),
      before: option(position, { nil: undefined }),
    }),
    record({ type: constant('ping'), request }),
  ];
  const frame = oneof(...frames);
  // Frames that end a socket are rare, so that most later frames are read.
  return oneof(
    { weight: 120, arbitrary: frame.map((fields) => JSON.stringify(fields)) },
    { weight: 30, arbitrary: damaged(oneof(hello, frame)) },
    { weight: 5, arbitrary: dictionary(constantFrom('type', 'request', 'with'), anything()).map(toText) },
    { weight: 5, arbitrary: json() },
    { weight: 5, arbitrary: string() },
    { weight: 5, arbitrary: constant('['.repeat(20_000)) },
    { weight: 2, arbitrary: hello.map((fields) => JSON.stringify(fields)) },
    { weight: 1, arbitrary: constantFrom<Sent>('x'.repeat(TOO_LONG), new Uint8Array(TOO_LONG)) },
    { weight: 1, arbitrary: uint8Array({ maxLength: 20 }) },
  );
}

/**
 * A frame of which one field is missing, there twice, of another type, huge, or next to a field with the name of an
 * object property.
 */
function damaged(frame: Arbitrary<Fields>): Arbitrary<string> {
  const damage = constantFrom('drop', 'double', 'retype', 'enlarge', 'prototype');
  return tuple(frame, nat(), damage, anything()).map(([fields, index, how, value]) => {
    const keys = Object.keys(fields);
    const key = keys[index % keys.length] ?? 'type';
    const written = toText(fields);
    switch (how) {
      case 'drop':
        return toText(Object.fromEntries(Object.entries(fields).filter(([each]) => each !== key)));
      case 'double':
        return `${written.slice(0, -1)},${JSON.stringify(key)}:${toText(value)}}`;
      case 'retype':
        return toText({ ...fields, [key]: value });
      case 'enlarge':
        return toText({ ...fields, [key]: Array.from({ length: 20_000 }, () => 'x') });
      case 'prototype':
        return `${written.slice(0, -1)},"__proto__":${written},"constructor":${toText(value)},"toString":null}`;
    }
  });
}

/** As JSON; a value that JSON cannot express becomes null. */
function toText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return 'null';
  }
}
