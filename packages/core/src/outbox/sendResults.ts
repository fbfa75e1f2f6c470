import { REQUEST_TIMEOUT } from './handlers.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { SendInstantMessageResult } from '../engine/publicTypes.ts';

type Code = NonNullable<SendInstantMessageResult['code']>;

/** The promises that wait for what becomes of messages. None ever rejects. */
export interface SendResults {
  /** @param waits whether acceptance by the wire is not enough. */
  await(id: string, waits: boolean, signal: AbortSignal | undefined): Promise<SendInstantMessageResult>;
  /** A message reached another status; `final`: no more is to be expected. */
  settle(record: MessageRecord, final: boolean): void;
  /** Ends the waits for a message as it was last, or all waits. */
  end(code: Code, record?: MessageRecord): void;
}

interface PendingResult {
  readonly awaitReceipt: boolean;
  readonly resolve: (result: SendInstantMessageResult) => void;
}

export function createSendResults(recordOf: (id: string) => MessageRecord | undefined): SendResults {
  const waits = new Map<string, Set<PendingResult>>();

  function resolve(id: string, wait: PendingResult, result: SendInstantMessageResult): void {
    const own = waits.get(id);
    own?.delete(wait);
    if (own?.size === 0) waits.delete(id);
    wait.resolve(result);
  }

  return {
    await(id, waitsForNotification, signal) {
      return new Promise((done) => {
        const abort = (): void => resolve(id, wait, resultOf(id, recordOf(id), 'aborted'));
        const wait: PendingResult = {
          awaitReceipt: waitsForNotification,
          resolve(result) {
            signal?.removeEventListener('abort', abort);
            done(result);
          },
        };
        waits.set(id, (waits.get(id) ?? new Set()).add(wait));
        if (signal?.aborted === true) abort();
        else signal?.addEventListener('abort', abort);
      });
    },
    settle(record, final) {
      for (const wait of waits.get(record.id) ?? []) {
        if (final || (!wait.awaitReceipt && record.status !== 'sending'))
          resolve(record.id, wait, resultOf(record.id, record));
      }
    },
    end(code, record) {
      for (const [id, own] of waits) {
        if (record !== undefined && record.id !== id) continue;
        for (const wait of own) resolve(id, wait, resultOf(id, record ?? recordOf(id), code));
      }
    },
  };
}

function resultOf(messageId: string, record: MessageRecord | undefined, code?: Code): SendInstantMessageResult {
  const reason = code ?? failureOf(record);
  return {
    messageId,
    status: record?.status ?? 'queued',
    deliveryFailures: record?.deliveryFailures ?? [],
    ...(reason === undefined ? {} : { code: reason }),
    ...(record?.code === undefined ? {} : { responseCode: record.code }),
  };
}

function failureOf(record: MessageRecord | undefined): Code | undefined {
  if (record?.status === 'undeliverable') return 'undeliverable';
  if (record?.status !== 'failed') return undefined;
  return record.code === REQUEST_TIMEOUT ? 'timeout' : 'refused';
}
