/** The stages of an own message, for its details. */

import type { MessageRecord } from '@imflow/react';
import { isUnconfirmed, type TickState, tickState } from './tickState.ts';

/** A stage of an own message. */
export interface StageEntry {
  readonly stage: 'queued' | TickState;
  /** When it was reached, in ms since the epoch. Absent if unknown or still in progress. */
  readonly at?: number | undefined;
  /** The stage has not ended. */
  readonly pending?: boolean;
}

/** The fields of a message that determine its stages. */
type StagesSource = Pick<MessageRecord, 'status' | 'timestamps' | 'code'> & Partial<Pick<MessageRecord, 'attempts'>>;

const STAGES = ['queued', 'sent', 'delivered', 'displayed'] as const;

/** Returns the stages of an own message. A later stage implies the earlier ones, but not their times. */
export function stagesOf(message: StagesSource, waiting: boolean): readonly StageEntry[] {
  const { status, timestamps } = message;
  const reached = STAGES.findIndex((stage) => stage === status);
  const facts: StageEntry[] = STAGES.slice(0, reached < 0 ? 2 : reached + 1)
    // One from another device was never queued here, and one that failed need not have left. A later stage proves those
    // before it: a displayed message was delivered, and a delivered one was sent.
    .filter((stage) => timestamps[stage] !== undefined || stage === status || (stage !== 'queued' && reached > 0))
    .map((stage) => ({
      stage: stage === 'displayed' ? 'read' : stage,
      // If the response of the transport is "delivered", its time is also the time of `sent`.
      at: timestamps[stage] ?? (stage === 'sent' ? timestamps.delivered : undefined),
    }));
  if (status === 'failed' || status === 'undeliverable')
    facts.push({ stage: tickState(status, waiting, isUnconfirmed(message)), at: timestamps[status] });
  if (status === 'queued' || status === 'sending') facts.push({ stage: tickState(status, waiting), pending: true });
  return facts;
}
