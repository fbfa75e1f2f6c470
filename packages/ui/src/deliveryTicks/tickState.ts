/** What the ticks show for a status. */

import type { FlowSnapshot, MessageRecord, MessageStatus } from '@imflow/react';

/**
 * What the ticks of an own message show. `unconfirmed`: it was sent, and no response came; it may have arrived.
 * `failed`: it did not leave, or was refused.
 */
export type TickState =
  | 'waiting'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'undeliverable'
  | 'unconfirmed'
  | 'failed';

/** Codes that do not tell whether the message arrived: no response in time, or an invalid response. */
const UNCONFIRMED: readonly (number | undefined)[] = [408, 500, 502, 504];

/** Whether a message failed without a refusal, so that it may have arrived. */
export function isUnconfirmed({
  status,
  code,
  attempts = 1,
}: Pick<MessageRecord, 'status' | 'code'> & Partial<Pick<MessageRecord, 'attempts'>>): boolean {
  return status === 'failed' && attempts > 0 && UNCONFIRMED.includes(code);
}

/** Returns the state of the ticks for a status. `waiting`: no message can be sent now. */
export function tickState(status: MessageStatus, waiting: boolean, unconfirmed = false): TickState {
  if (status === 'failed' && unconfirmed) return 'unconfirmed';
  if (status === 'queued' || status === 'sending') return waiting ? 'waiting' : 'sending';
  return status === 'displayed' ? 'read' : status;
}

/** Whether a message of this status waits for the connection or the participant. */
export function isPending(status: MessageStatus | undefined, { canSend }: FlowSnapshot): boolean {
  return !canSend && (status === 'queued' || status === 'sending');
}
