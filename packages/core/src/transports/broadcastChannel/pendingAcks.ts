import type { OutgoingNotification } from '../../ports/transport.ts';

type Outcome = OutgoingNotification['outcome'] | undefined;

/** Frames that have arrived and are not stored yet; their senders wait for the confirmation. */
export interface PendingAcks {
  /** Each sending tab waits under the number of its request; only its last attempt counts. */
  readonly add: (endpoint: string, request: number, messageId: string, outcome?: Outcome) => void;
  readonly isPending: (endpoint: string, request: number) => boolean;
  /** The frame is stored, or never needed: calls `confirm` for each waiting tab. */
  readonly confirm: (messageId: string, outcome: Outcome, confirm: (endpoint: string, request: number) => void) => void;
}

interface PendingAck {
  readonly endpoint: string;
  readonly request: number;
  readonly messageId: string;
  /** The outcome of a notification; absent for a message. */
  readonly outcome: Outcome;
}

/** The maximum number of remembered frames, for a recipient that never acknowledges. */
const MAX_PENDING_ACKS = 1_000;

export function createPendingAcks(): PendingAcks {
  let owed: readonly PendingAck[] = [];

  return {
    add(endpoint, request, messageId, outcome) {
      const isEarlierTry = (other: PendingAck): boolean =>
        other.endpoint === endpoint && other.messageId === messageId && other.outcome === outcome;
      const others = owed.filter((other) => !isEarlierTry(other));
      owed = [...others, { endpoint, request, messageId, outcome }].slice(-MAX_PENDING_ACKS);
    },
    isPending: (endpoint, request) => owed.some((other) => other.endpoint === endpoint && other.request === request),
    confirm(messageId, outcome, confirm) {
      const isDue = (other: PendingAck): boolean => other.messageId === messageId && other.outcome === outcome;
      const due = owed.filter(isDue);
      if (due.length === 0) return;
      owed = owed.filter((other) => !isDue(other));
      for (const { endpoint, request } of due) confirm(endpoint, request);
    },
  };
}
