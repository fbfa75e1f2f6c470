import type { FlowTransaction, InspectedState, MessageRecord } from '@imflow/core';
import type { StatusDetails, StatusReason } from './sentences.ts';
import type { StatusContext } from './explainStatus.ts';

/** The facts that determine an explanation. */
export interface Facts extends Pick<StatusContext, 'capabilities' | 'transactions'> {
  /** The present state, if it is known. */
  readonly state: InspectedState | undefined;
  /** The present time by the clock of deadlines, in ms. */
  readonly now: number;
}

/** A reason and the details that its sentence names. `due`: a deadline by the clock of deadlines, in ms. */
export interface Finding extends Partial<Omit<StatusDetails, 'time'>> {
  readonly reason: StatusReason;
  readonly due?: number;
}

/** The id of the newest text of a message on the network. */
export function newestId({ revision, messageId }: MessageRecord): string {
  return revision?.id ?? messageId;
}

/** The id of the newest text of a message in the outbox. */
export function outboxId(record: MessageRecord): string {
  const id = newestId(record);
  return id === record.messageId ? record.id : id;
}

/** The input of a transaction, with its fields. */
export function inputOf({ input }: FlowTransaction): Readonly<Record<string, unknown>> {
  return input as unknown as Readonly<Record<string, unknown>>;
}

/** A duration in ms, in words: `250 ms`, `4 s`, `2 min`. Nothing is negative. */
export function describeTime(duration: number): string {
  const time = Math.max(duration, 0);
  if (time < 1_000) return `${Math.round(time)} ms`;
  return time < 120_000 ? `${Math.round(time / 100) / 10} s` : `${Math.round(time / 60_000)} min`;
}
