import type { FlowTransaction, MessageRecord, TransportCapabilities } from '@imflow/core';
import { explainIncoming } from './incoming.ts';
import { explainOutgoing, explainPending } from './outgoing.ts';
import { SENTENCES, type StatusDetails, type StatusReason } from './sentences.ts';
import { describeTime, type Facts, type Finding } from './facts.ts';

/** The known facts about the flow of a message. A trace of `recordTrace` has both. */
export interface StatusContext {
  readonly capabilities: Pick<TransportCapabilities, 'deliveryNotifications' | 'displayedNotifications'>;
  /**
   * The recorded transactions, oldest first. The last one has the present state; earlier ones contain the results of the
   * transport and ignored receipts. Without any, the explanation follows from the message alone.
   */
  readonly transactions: readonly FlowTransaction[];
  /** The present time, in ms since the epoch. Default: the time of the last transaction. */
  readonly at?: number;
}

/** Why a message has its status. */
export interface StatusExplanation {
  /** The reason, kebab-case and stable. */
  readonly reason: StatusReason;
  /** One sentence in English, for developers. It contains no text of a message. */
  readonly sentence: string;
}

/**
 * Explains why a message has its status: what an own message waits for, why no receipt has come or how it failed, and
 * which receipts the sender of a received one gets. A pure function. The newest text of an edited message counts.
 */
export function explainStatus(record: MessageRecord, context: StatusContext): StatusExplanation {
  const facts = factsOf(context);
  const finding = record.direction === 'incoming' ? explainIncoming(record, facts) : explainOutgoing(record, facts);
  return explanation(finding, facts, {
    attempt: record.attempts,
    code: record.code ?? 0,
    recipients: record.deliveryFailures.map(({ recipient }) => recipient).join(', ') || 'the participant',
  });
}

/** Explains why a message or an operation is in the outbox, by its id there. */
export function explainOutboxItem(id: string, context: StatusContext): StatusExplanation {
  const facts = factsOf(context);
  return explanation(explainPending(id, false, facts), facts);
}

function factsOf({ capabilities, transactions, at }: StatusContext): Facts {
  const present = transactions.at(-1);
  const elapsed = present === undefined ? 0 : Math.max((at ?? present.at) - present.at, 0);
  return { capabilities, transactions, state: present?.state, now: (present?.now ?? 0) + elapsed };
}

function explanation(
  { reason, due, ...found }: Finding,
  { now }: Facts,
  known: Partial<StatusDetails> = {},
): StatusExplanation {
  const details: StatusDetails = {
    attempt: 0,
    unanswered: false,
    ahead: 0,
    time: describeTime((due ?? now) - now),
    code: 0,
    recipients: '',
    sender: '',
    unknownId: '',
    receipt: 'A delivery receipt',
    ...known,
    ...found,
  };
  return { reason, sentence: SENTENCES[reason](details) };
}
