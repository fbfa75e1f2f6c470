/** The promises of sent messages and operations (`settled`). */

import { REQUEST_TIMEOUT } from './handlers.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { findRevision } from '../messages/revisions.ts';
import type { SendOutcome, SettledReason } from '../engine/transaction.ts';
import type { SendInstantMessageResult } from '../engine/publicTypes.ts';

/** The result that a caller waits for. */
export interface AwaitedResult {
  /** The id of the message's record, or of an operation. */
  readonly id: string;
  /** The message that it is about. Default: `id`. */
  readonly messageId?: string;
  /** Whether to wait for a receipt beyond the acceptance. */
  readonly awaitReceipt: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** The pending `settled` promises of messages and operations. They never reject. */
export interface SendResults {
  await(awaited: AwaitedResult): Promise<SendInstantMessageResult>;
  /** A message or an operation reached a new status; `final`: no later status is expected. */
  settle(id: string, outcome: SendOutcome, final: boolean, reason?: SettledReason): void;
  /** The callers that wait for an operation now wait for the outcome of its message. */
  follow(id: string, messageId: string): void;
  /** The callers that wait for a message because an operation rewrote it wait for the operation again. */
  unfollow(id: string, messageId: string): void;
  /** Ends all waits. */
  end(reason: SettledReason): void;
}

interface PendingResult {
  /** The id under which the wait is kept. */
  id: string;
  /** The id of the original call. */
  readonly origin: string;
  readonly awaitReceipt: boolean;
  /** Of an operation: the last known result. */
  last: SendOutcome | undefined;
  readonly resolve: (outcome: SendOutcome | undefined, reason?: SettledReason) => void;
}

export function createSendResults(recordOf: (id: string) => MessageRecord | undefined): SendResults {
  const waits = new Map<string, Set<PendingResult>>();

  function latest({ id, last }: PendingResult): SendOutcome | undefined {
    const record = recordOf(id);
    return last ?? (record && findRevision(record, record.messageId)) ?? record;
  }

  function add(id: string, wait: PendingResult): void {
    wait.id = id;
    waits.set(id, (waits.get(id) ?? new Set()).add(wait));
  }

  function remove(wait: PendingResult): void {
    const own = waits.get(wait.id);
    own?.delete(wait);
    if (own?.size === 0) waits.delete(wait.id);
  }

  return {
    await({ id, messageId = id, awaitReceipt, signal }) {
      return new Promise((done) => {
        const abort = (): void => wait.resolve(latest(wait), 'aborted');
        const wait: PendingResult = {
          id,
          origin: id,
          awaitReceipt,
          last: undefined,
          resolve(outcome, reason) {
            remove(wait);
            signal?.removeEventListener('abort', abort);
            done(resultOf(messageId, outcome, reason));
          },
        };
        add(id, wait);
        if (signal?.aborted === true) abort();
        else signal?.addEventListener('abort', abort);
      });
    },
    settle(id, outcome, final, reason) {
      for (const wait of waits.get(id) ?? []) {
        wait.last = outcome;
        if (final || (!wait.awaitReceipt && outcome.status !== 'sending')) wait.resolve(outcome, reason);
      }
    },
    follow(id, messageId) {
      for (const wait of waits.get(id) ?? []) add(messageId, wait);
      waits.delete(id);
    },
    unfollow(id, messageId) {
      for (const wait of Array.from(waits.get(messageId) ?? []).filter(({ origin }) => origin === id)) {
        remove(wait);
        add(id, wait);
      }
    },
    end(reason) {
      for (const own of Array.from(waits.values())) for (const wait of own) wait.resolve(latest(wait), reason);
    },
  };
}

function resultOf(
  messageId: string,
  outcome: SendOutcome | undefined,
  reason: SettledReason | undefined,
): SendInstantMessageResult {
  const code = reason ?? failureOf(outcome);
  return {
    messageId,
    status: outcome?.status ?? 'queued',
    deliveryFailures: outcome?.deliveryFailures ?? [],
    ...(code === undefined ? {} : { code }),
    ...(outcome?.code === undefined ? {} : { responseCode: outcome.code }),
  };
}

function failureOf(outcome: SendOutcome | undefined): SettledReason | undefined {
  if (outcome?.status === 'undeliverable') return 'undeliverable';
  if (outcome?.status !== 'failed') return undefined;
  return outcome.code === REQUEST_TIMEOUT ? 'timeout' : 'refused';
}
