import type { FlowTransaction, MessageRecord } from '@imflow/core';
import { type FlowTrace, withChanges } from './trace.ts';

/** A trace at one of its transactions. */
export interface TraceReplay {
  readonly trace: FlowTrace;
  /** The index of the transaction, from 0. */
  readonly position: number;
  readonly transaction: FlowTransaction;
  /** The messages after this transaction, in order. */
  readonly messages: readonly MessageRecord[];
  /** The message with this id after this transaction. */
  message(id: string): MessageRecord | undefined;
  /** Moves to the next transaction. Returns false at the last one. */
  forward(): boolean;
  /** Moves to the transaction before. Returns false at the first one. */
  back(): boolean;
  /**
   * Moves to a transaction.
   * @throws RangeError for a position outside the trace.
   */
  moveTo(position: number): void;
  /**
   * Moves forward to the next transaction that matches, after the current one. Returns false, and stays, where there is
   * none.
   */
  find(matches: (transaction: FlowTransaction) => boolean): boolean;
}

/**
 * Replays a trace, from its first transaction on: steps through what a flow did, forward and back.
 * @throws RangeError for a trace without transactions.
 */
export function replay(trace: FlowTrace): TraceReplay {
  let position = 0;
  let messages: readonly MessageRecord[] = [];
  moveTo(0);

  function moveTo(next: number): void {
    if (trace.transactions[next] === undefined) {
      throw new RangeError(`position is ${next}, but the trace has ${trace.transactions.length} transactions.`);
    }
    position = next;
    messages = withChanges(trace.messages, trace.transactions.slice(0, next + 1));
  }

  function moveBy(steps: number): boolean {
    const isInside = trace.transactions[position + steps] !== undefined;
    if (isInside) moveTo(position + steps);
    return isInside;
  }

  return {
    trace,
    get position() {
      return position;
    },
    get transaction() {
      return trace.transactions[position] as FlowTransaction;
    },
    get messages() {
      return messages;
    },
    message: (id) => messages.find((record) => record.id === id),
    forward: () => moveBy(1),
    back: () => moveBy(-1),
    moveTo,
    find(matches) {
      const next = trace.transactions.findIndex((transaction, index) => index > position && matches(transaction));
      if (next !== -1) moveTo(next);
      return next !== -1;
    },
  };
}
