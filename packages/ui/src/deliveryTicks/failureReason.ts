import type { MessageRecord } from '@imflow/react';
import type { Words } from '../settings/words.ts';

/** Why a message did not arrive, in a sentence. Empty where no code is known. */
export function failureReason({ code, deliveryFailures }: MessageRecord, words: Words, name: string): string {
  const known = code ?? deliveryFailures[0]?.responseCode;
  return words.reason(known, name) || (known === undefined ? '' : words.refused(known));
}
