'use client';

import type { FlowTransaction } from '@imflow/core';
import type { ReactElement } from 'react';
import { printValue, shortId } from './summary.ts';

/** One transaction: its events, messages and writes in words, and everything as JSON. */
export function TransactionDetails({
  transaction,
  number,
}: {
  readonly transaction: FlowTransaction;
  readonly number: number;
}): ReactElement {
  const { input, events, messages, effects, writes, deadlines, state } = transaction;
  return (
    <section className="details" aria-label={`Transaction ${number}`}>
      <h3>
        {number}. {input.type}
      </h3>
      <dl>
        <dt>Messages</dt>
        <dd>
          {messages
            .map(
              ({ id, before, after }) => `${shortId(id)}: ${before?.status ?? 'new'} → ${after?.status ?? 'removed'}`,
            )
            .join(', ') || 'None changed.'}
        </dd>
        <dt>Events</dt>
        <dd>{events.map(({ name }) => name).join(', ') || 'None.'}</dd>
        <dt>Effects</dt>
        <dd>{effects.map(({ type }) => type).join(', ') || 'None.'}</dd>
        <dt>Writes</dt>
        <dd>{writes.map(shortId).join(', ') || 'None.'}</dd>
      </dl>
      {Object.entries({ input, effects, events, messages, deadlines, state }).map(([name, value]) => (
        <details key={name}>
          <summary>{name}</summary>
          <Json value={value} />
        </details>
      ))}
    </section>
  );
}

function Json({ value }: { readonly value: unknown }): ReactElement {
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long texts scroll, also by keys
  return <pre tabIndex={0}>{printValue(value)}</pre>;
}
