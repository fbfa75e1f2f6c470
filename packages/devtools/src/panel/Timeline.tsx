'use client';

import type { FlowTransaction } from '@imflow/core';
import type { FlowTrace } from '@imflow/testing';
import { type ReactElement, useMemo, useState } from 'react';
import { moveFocus } from './roving.ts';
import { type ActivityKind, contains, summarize } from './summary.ts';
import { TransactionDetails } from './TransactionDetails.tsx';

/** The most lines that are shown at once. */
const MAX_LINES = 200;

const KINDS = { all: 'All', in: 'Frames in', out: 'Frames out', storage: 'Storage', tabs: 'Tabs' } as const;
const MARKS: Readonly<Record<ActivityKind, string>> = { in: '←', out: '→', storage: '⛁', tabs: '⇄' };
const WORDS: Readonly<Record<ActivityKind, string>> = { in: 'in', out: 'out', storage: 'storage', tabs: 'tabs' };

interface TimelineProps {
  readonly trace: FlowTrace;
  /** The index of the transaction that is shown. */
  readonly position: number;
  readonly onChoose: (number: number) => void;
}

/** The transactions, newest first, and the details of one. */
export function Timeline({ trace, position, onChoose }: TimelineProps): ReactElement {
  const [query, setQuery] = useState('');
  const [kind, setKind] = useState<keyof typeof KINDS>('all');
  const { transactions, dropped } = trace;
  const found = useMemo(
    () =>
      transactions
        .map((transaction, index) => ({ transaction, index, number: dropped + index + 1 }))
        .filter(
          ({ transaction }) =>
            (kind === 'all' || summarize(transaction).activities.some((activity) => activity.kind === kind)) &&
            (query === '' || contains(transaction, query)),
        )
        .toReversed(),
    [transactions, dropped, kind, query],
  );
  const shown = found.slice(0, MAX_LINES);
  const stop = shown.some(({ index }) => index === position) ? position : shown[0]?.index;
  const begin = transactions[0]?.at ?? 0;
  const selected = transactions[position];
  return (
    <>
      <div className="tools">
        <label>
          Search <input type="search" value={query} onChange={({ target }) => setQuery(target.value)} />
        </label>
        <label>
          Show{' '}
          <select value={kind} onChange={({ target }) => setKind(target.value as keyof typeof KINDS)}>
            {Object.entries(KINDS).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <output>
          {shown.length} of {transactions.length} transactions
        </output>
      </div>
      <div className="split">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Keys of the buttons in it. */}
        <ol
          className="timeline"
          aria-label="Transactions"
          onKeyDown={(event) => moveFocus(event, 'button', 'vertical')}
        >
          {shown.map(({ transaction, index, number }) => (
            <li key={number}>
              <button
                type="button"
                aria-current={index === position}
                tabIndex={index === stop ? 0 : -1}
                onClick={() => onChoose(number)}
              >
                <Line transaction={transaction} number={number} begin={begin} />
              </button>
            </li>
          ))}
        </ol>
        {selected !== undefined && <TransactionDetails transaction={selected} number={dropped + position + 1} />}
      </div>
    </>
  );
}

interface LineProps {
  readonly transaction: FlowTransaction;
  readonly number: number;
  readonly begin: number;
}

function Line({ transaction, number, begin }: LineProps): ReactElement {
  const { title, activities } = summarize(transaction);
  return (
    <>
      <span className="quiet">
        {number} +{((transaction.at - begin) / 1_000).toFixed(3)} s
      </span>{' '}
      <strong>{title}</strong>
      {activities.map(({ kind, text }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- They never change.
        <span key={index} className="activity" data-kind={kind}>
          <span aria-hidden="true">{MARKS[kind]} </span>
          <span className="hidden">{WORDS[kind]} </span>
          {text}
        </span>
      ))}
    </>
  );
}
