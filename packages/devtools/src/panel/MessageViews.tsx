'use client';

import type { InspectedState, MessageRecord } from '@imflow/core';
import { type ReactElement, useState } from 'react';
import { explainOutboxItem, explainStatus, type StatusContext } from '../explain/explainStatus.ts';
import { outboxId } from '../explain/facts.ts';
import { shortId } from './summary.ts';

/** The most messages that are shown at once. */
const MAX_MESSAGES = 100;

interface ViewProps {
  readonly messages: readonly MessageRecord[];
  readonly context: StatusContext;
}

interface StateProps extends ViewProps {
  readonly state: InspectedState;
}

/** The messages, newest first, each with the sentence that explains its status. */
export function MessagesView({ messages, context }: ViewProps): ReactElement {
  const [query, setQuery] = useState('');
  const found = messages.filter(({ id, body, status }) =>
    `${id} ${body} ${status}`.toLowerCase().includes(query.toLowerCase()),
  );
  const shown = found.slice(-MAX_MESSAGES).toReversed();
  return (
    <>
      <div className="tools">
        <label>
          Search <input type="search" value={query} onChange={({ target }) => setQuery(target.value)} />
        </label>
        <output>
          {shown.length} of {messages.length} messages
        </output>
      </div>
      <ul className="cards">
        {shown.map((message) => (
          <MessageCard key={message.id} message={message} context={context} />
        ))}
      </ul>
      {messages.length === 0 && <p>No messages are loaded.</p>}
    </>
  );
}

function MessageCard({
  message,
  context,
}: {
  readonly message: MessageRecord;
  readonly context: StatusContext;
}): ReactElement {
  const { reason, sentence } = explainStatus(message, context);
  const { id, body, direction, attempts } = message;
  const status = direction === 'incoming' ? 'received' : message.status;
  const more = [reason === status ? '' : reason, attempts > 1 ? countAttempts(attempts) : ''];
  return (
    <li>
      <p className="head">
        <code>{shortId(id)}</code> <strong>{status}</strong>{' '}
        <span className="quiet">{more.filter((part) => part !== '').join(', ')}</span>
      </p>
      <p className="body">{body === '' ? '(no text)' : body}</p>
      <p className="reason">{sentence}</p>
    </li>
  );
}

/** The messages and operations that wait in the outbox or are in flight, each with its reason. */
export function OutboxView({ messages, context, state }: StateProps): ReactElement {
  const { outbox, operations } = state;
  const items = [...outbox.inFlight, ...outbox.waiting];
  if (items.length === 0) return <p>The outbox is empty.</p>;
  return (
    <ol className="cards">
      {items.map(({ id, attempts, durable }) => {
        const operation = operations.find((each) => each.operation.id === id)?.operation;
        const message = messages.find((record) => outboxId(record) === id);
        const { sentence } = message === undefined ? explainOutboxItem(id, context) : explainStatus(message, context);
        return (
          <li key={id}>
            <p className="head">
              <code>{shortId(id)}</code> <strong>{operation?.kind ?? 'message'}</strong>{' '}
              <span className="quiet">
                {countAttempts(attempts)}, {durable ? 'stored' : 'not stored yet'}
              </span>
            </p>
            <p className="reason">{sentence}</p>
          </li>
        );
      })}
    </ol>
  );
}

/** The receipts that are owed, and the ones that came for unknown messages. */
export function ReceiptsView({ messages, context, state }: StateProps): ReactElement {
  const { receipts, unmatchedReceipts } = state;
  return (
    <>
      <h3>Owed to the participant ({receipts.pending.length})</h3>
      <ol className="cards">
        {receipts.pending.slice(0, MAX_MESSAGES).map(({ id, notification, attempts }) => {
          const message = messages.find((record) => record.id === id);
          return (
            <li key={`${notification.outcome} ${notification.messageId}`}>
              <p className="head">
                <code>{shortId(notification.messageId)}</code> <strong>{notification.outcome}</strong>{' '}
                <span className="quiet">{countAttempts(attempts)}</span>
              </p>
              {message !== undefined && <p className="reason">{explainStatus(message, context).sentence}</p>}
            </li>
          );
        })}
      </ol>
      {receipts.pending.length === 0 && <p>None.</p>}
      <h3>Seen, and not reported yet ({receipts.displayed.length})</h3>
      <p>
        {receipts.displayed.map(({ id }) => shortId(id)).join(', ') || 'None.'}{' '}
        {receipts.hasFocus ? '' : 'The local user has no attention.'}
      </p>
      <h3>Received for unknown messages ({unmatchedReceipts.length})</h3>
      <p>
        {unmatchedReceipts.map(({ outcome, messageId }) => `${outcome} ${shortId(messageId)}`).join(', ') || 'None.'}
      </p>
    </>
  );
}

function countAttempts(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}
