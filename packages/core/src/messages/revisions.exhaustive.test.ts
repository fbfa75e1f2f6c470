import { describe, expect, it } from 'vitest';
import type { MessageOperation } from '../ports/operations.ts';
import type { MessageRecord } from './messageRecord.ts';
import { applyOperation, type RevisionState, revisionsOf } from './revisions.ts';

/** One operation on Ana's message, with its author. */
interface Authored {
  readonly author: 'ana' | 'bo';
  readonly operation: MessageOperation;
}

const MESSAGE = { target: 'm', contentType: 'text/plain' } as const;

/** All operations of a search: edits (two of them with one sequence), retractions, and reactions of both authors. */
const OPERATIONS: readonly Authored[] = [
  { author: 'ana', operation: { ...MESSAGE, id: 'e1', kind: 'edit', sequence: 1, body: 'second text' } },
  { author: 'ana', operation: { ...MESSAGE, id: 'e2', kind: 'edit', sequence: 2, body: 'third text' } },
  { author: 'ana', operation: { ...MESSAGE, id: 'e3', kind: 'edit', sequence: 2, body: 'fourth text' } },
  { author: 'ana', operation: { id: 'x1', target: 'm', kind: 'retract', sequence: 1 } },
  { author: 'ana', operation: { id: 'x9', target: 'm', kind: 'retract', sequence: 9 } },
  { author: 'ana', operation: { id: 'a1', target: 'm', kind: 'react', sequence: 1, emojis: ['👍'] } },
  { author: 'ana', operation: { id: 'a2', target: 'm', kind: 'react', sequence: 2, emojis: [] } },
  { author: 'bo', operation: { id: 'b1', target: 'm', kind: 'react', sequence: 1, emojis: ['🎉', '❤️'] } },
  { author: 'bo', operation: { id: 'b2', target: 'm', kind: 'react', sequence: 2, emojis: ['🎉'] } },
];

/** The maximum number of operations that arrive in one search, and one more for a duplicate. */
const MAX_ARRIVALS = 5;

const STATES: Readonly<Record<MessageRecord['direction'], RevisionState>> = {
  outgoing: { status: 'sent', attempts: 1, timestamps: {}, deliveryFailures: [] },
  incoming: { status: 'delivered', attempts: 0, timestamps: {}, deliveryFailures: [] },
};

function message(direction: MessageRecord['direction']): MessageRecord {
  return {
    ...STATES[direction],
    id: 'm',
    messageId: 'm',
    direction,
    sender: 'ana',
    contentType: 'text/plain',
    body: 'first text',
    order: 1,
    at: 0,
    isContentTypeSupported: true,
    replyTo: { id: 'q', sender: 'bo', excerpt: 'quoted text' },
  };
}

/** The part of a message that a person sees. */
function projectionOf(record: MessageRecord): string {
  const reactions = (record.reactions ?? [])
    .filter(({ emojis }) => emojis.length > 0)
    .map(({ author, emojis }) => `${author} ${emojis.join(' ')}`);
  const texts = record.retracted === undefined ? revisionsOf(record).map(({ body }) => body) : [];
  return JSON.stringify({
    body: record.body,
    retracted: record.retracted !== undefined,
    quote: record.replyTo?.excerpt,
    texts,
    reactions: reactions.toSorted(),
  });
}

/** The expected result of the operations by their sequences alone, computed without the engine. */
function expectedOf(arrived: ReadonlySet<Authored>): string {
  const operations = [...arrived];
  if (operations.some(({ operation }) => operation.kind === 'retract')) {
    return JSON.stringify({ body: '', retracted: true, texts: [], reactions: [] });
  }
  const sorted = operations.toSorted(
    (one, two) =>
      one.operation.sequence - two.operation.sequence || one.operation.id.localeCompare(two.operation.id, 'en'),
  );
  const texts = ['first text'];
  const sets = new Map<string, readonly string[]>();
  for (const { author, operation } of sorted) {
    if (operation.kind === 'edit') texts.push(operation.body);
    if (operation.kind === 'react') sets.set(author, operation.emojis);
  }
  const reactions = [...sets].filter(([, emojis]) => emojis.length > 0);
  return JSON.stringify({
    body: texts.at(-1),
    retracted: false,
    quote: 'quoted text',
    texts,
    reactions: reactions.map(([author, emojis]) => `${author} ${emojis.join(' ')}`).toSorted(),
  });
}

/** Visits every arrival of up to `MAX_ARRIVALS` operations, in any order, each of them any number of times. */
function visitArrivals(
  visit: (record: MessageRecord, before: MessageRecord, arrived: readonly Authored[], last: Authored) => void,
  start: MessageRecord,
): number {
  let visited = 0;
  const go = (record: MessageRecord, arrived: readonly Authored[]): void => {
    visited += 1;
    if (arrived.length === MAX_ARRIVALS) return;
    for (const one of OPERATIONS) {
      const { author, operation } = one;
      const next = applyOperation(record, operation, author, STATES[start.direction], visited);
      visit(next, record, [...arrived, one], one);
      go(next, [...arrived, one]);
    }
  };
  go(start, []);
  return visited;
}

describe('operations of two authors on one message', () => {
  it.each(['outgoing', 'incoming'] as const)(
    'B141 operations of two authors give the same result in any order, lost or duplicated, where the message is %s',
    (direction) => {
      const expected = new Map<string, string>();
      const visited = visitArrivals((record, _before, arrived) => {
        const known = new Set(arrived);
        const key = [...known]
          .map(({ operation }) => operation.id)
          .toSorted()
          .join();
        const wanted = expected.get(key) ?? expectedOf(known);
        expected.set(key, wanted);
        const shown = projectionOf(record);
        if (shown !== wanted) {
          const ids = arrived.map(({ operation }) => operation.id).join(', ');
          expect.fail(`After ${ids} the message shows ${shown} instead of ${wanted}.`);
        }
      }, message(direction));
      // 9 operations, up to 5 arrivals: every sequence of them.
      expect(visited).toBe((9 ** 6 - 1) / 8);
      expect(expected.size).toBe(9 + 36 + 84 + 126 + 126);
    },
  );

  it('B141 operations do not change a retracted message and leave no text of it', () => {
    visitArrivals((record, before) => {
      if (before.retracted !== undefined && record !== before) expect.fail('A retracted message changed.');
      if (record.retracted !== undefined && /text"/.test(JSON.stringify(record))) {
        expect.fail(`A retracted message still says ${JSON.stringify(record)}.`);
      }
    }, message('outgoing'));
  });

  it('B141 redelivered operations change nothing', () => {
    visitArrivals((record, before, arrived, last) => {
      if (arrived.indexOf(last) < arrived.length - 1 && record !== before) {
        expect.fail(`${last.operation.id} changed the message when it came again.`);
      }
    }, message('incoming'));
  });

  it('B141 a late earlier edit does not replace a newer text', () => {
    const { retracted, body } = ['e2', 'e1'].reduce((record, id) => {
      const found = OPERATIONS.find(({ operation }) => operation.id === id);
      return found === undefined ? record : applyOperation(record, found.operation, found.author, STATES.incoming, 0);
    }, message('incoming'));
    expect({ retracted, body }).toEqual({ retracted: undefined, body: 'third text' });
  });
});
