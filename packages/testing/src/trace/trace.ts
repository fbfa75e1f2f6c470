import type { FlowTransaction, InstantMessagingFlow, MessageRecord, TransportCapabilities } from '@imflow/core';

/** What a flow did: its messages at the beginning, and its transactions since then. */
export interface FlowTrace {
  readonly localAddress: string;
  readonly remote: string;
  readonly capabilities: TransportCapabilities;
  /** The messages before the first transaction, in order. */
  readonly messages: readonly MessageRecord[];
  /** Oldest first. The first one describes the state at the beginning, unless it was dropped. */
  readonly transactions: readonly FlowTransaction[];
  /** How many transactions were dropped before the first one. */
  readonly dropped: number;
}

/** Options of a recording. */
export interface RecordTraceOptions {
  /** How many transactions are kept; then the oldest are dropped. 1 to 100 000, default 1 000. */
  readonly limit?: number;
}

/** A running recording of a flow. */
export interface TraceRecording {
  /** The trace so far. The same object until a transaction is recorded. */
  getTrace(): FlowTrace;
  /** Calls back after each transaction. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
  /** Ends the recording, which keeps what it has. A second call does nothing. */
  stop(): void;
}

/**
 * Records the transactions of a flow from now on.
 * @throws RangeError for an invalid limit.
 */
export function recordTrace(flow: InstantMessagingFlow, { limit = 1_000 }: RecordTraceOptions = {}): TraceRecording {
  if (!(limit >= 1 && limit <= 100_000)) throw new RangeError(`limit is ${limit}, but must be from 1 to 100000.`);
  const { localAddress, remote, capabilities } = flow;
  const listeners = new Set<() => void>();
  const ids = Array.from(flow.messages.order);
  let messages: readonly MessageRecord[] = ids.map((id) => flow.messages.get(id)).filter((each) => each !== undefined);
  let transactions: FlowTransaction[] = [];
  let dropped = 0;
  let trace: FlowTrace | undefined;

  /** Drops a tenth at once, since the messages at the beginning are sorted again each time. */
  function drop(): void {
    const count = Math.ceil(limit / 10);
    messages = withChanges(messages, transactions.slice(0, count));
    transactions = transactions.slice(count);
    dropped += count;
  }

  const stop = flow.inspect((transaction) => {
    if (transactions.length >= limit) drop();
    transactions.push(transaction);
    trace = undefined;
    for (const listener of Array.from(listeners)) listener();
  });

  return {
    getTrace() {
      trace ??= { localAddress, remote, capabilities, messages, transactions: [...transactions], dropped };
      return trace;
    },
    subscribe(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    stop,
  };
}

/** The messages after some transactions, in order. */
export function withChanges(
  messages: readonly MessageRecord[],
  transactions: readonly FlowTransaction[],
): readonly MessageRecord[] {
  const records = new Map(messages.map((record) => [record.id, record]));
  for (const transaction of transactions) {
    for (const { id, after } of transaction.messages) {
      if (after === undefined) records.delete(id);
      else records.set(id, after);
    }
  }
  return [...records.values()].toSorted(
    (one, other) => one.order - other.order || (one.id < other.id ? -1 : Number(one.id > other.id)),
  );
}
