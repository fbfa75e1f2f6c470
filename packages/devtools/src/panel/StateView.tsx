'use client';

import type { FlowTransaction } from '@imflow/core';
import type { ReactElement, ReactNode } from 'react';
import { describeTime } from '../explain/facts.ts';
import { summarize } from './summary.ts';

const ROLES = {
  leader: 'This tab leads: it uses the transport.',
  follower: 'This tab is a follower: a different tab of the user leads.',
};

const STORAGE = {
  clean: 'Everything is written, or there is no storage.',
  writing: 'A write is under way.',
  failed: 'The last write failed.',
};

interface StateViewProps {
  readonly transaction: FlowTransaction;
  readonly transactions: readonly FlowTransaction[];
}

/** Connection, tabs, storage and deadlines. */
export function StateView({ transaction, transactions }: StateViewProps): ReactElement {
  const { state, deadlines, now } = transaction;
  const { lifecycle, outbox, receipts, persistence, history } = state;
  const due = Object.entries(deadlines)
    .filter(([, deadline]) => Number.isFinite(deadline))
    .toSorted(([, one], [, other]) => one - other);
  return (
    <>
      <Facts title="Connection">
        <Fact name="Flow">{lifecycle.phase}</Fact>
        <Fact name="Connection">{lifecycle.connection}</Fact>
        <Fact name="Participant">
          {state.remoteAvailable === undefined ? 'unknown' : state.remoteAvailable ? 'online' : 'away'}
        </Fact>
        <Fact name="Outbox">
          {outbox.online && outbox.reachable ? 'may send' : 'waits'}, {outbox.waiting.length} waiting,{' '}
          {outbox.inFlight.length} in flight
        </Fact>
        <Fact name="Receipts">
          {receipts.online && receipts.reachable ? 'may be sent' : 'wait'}, {receipts.pending.length} owed
        </Fact>
        <Fact name="Composing">
          local {state.localComposing.local}, sent {state.localComposing.sent},{' '}
          {state.remoteComposing.composers.map(({ address }) => address).join(', ') || 'no participant'} composing
        </Fact>
        <Fact name="Error">{state.connectionError?.message ?? 'none'}</Fact>
      </Facts>
      <Facts title="Deadlines">
        {due.map(([machine, deadline]) => (
          <Fact key={machine} name={machine}>
            in {describeTime(deadline - now)}
          </Fact>
        ))}
        {due.length === 0 && <Fact name="Next">None: the flow waits for an input.</Fact>}
      </Facts>
      <Facts title="Tabs">
        <Fact name="Role">{ROLES[state.role]}</Fact>
        <Fact name="Commands">{state.forwardedCommands.length} wait for the leader</Fact>
        <Fact name="Recent">{recent(transactions, 'tabs')}</Fact>
      </Facts>
      <Facts title="Storage">
        <Fact name="Writes">
          {STORAGE[persistence.state]}
          {persistence.failures > 0 && ` ${persistence.failures} failures in a row.`}
        </Fact>
        <Fact name="Messages">
          {history.ready ? 'Stored messages have been read.' : 'Stored messages are being read.'}
        </Fact>
        <Fact name="Recent">{recent(transactions, 'storage')}</Fact>
        <Fact name="Error">{state.storageError?.message ?? 'none'}</Fact>
      </Facts>
    </>
  );
}

/** The last activities of a kind, newest first. */
function recent(transactions: readonly FlowTransaction[], kind: 'storage' | 'tabs'): string {
  const found: string[] = [];
  for (const transaction of transactions.toReversed()) {
    for (const activity of summarize(transaction).activities) if (activity.kind === kind) found.push(activity.text);
    if (found.length >= 5) break;
  }
  return found.slice(0, 5).join(', ') || 'none';
}

function Facts({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <h3>{title}</h3>
      <dl>{children}</dl>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
