import type { MessageRecord } from '@imflow/react';
import { isUnconfirmed } from './tickState.ts';
import type { Translations } from '../settings/translations.ts';

/** Why a message did not arrive, as a sentence. Empty if no code is known. */
export function failureReason(message: MessageRecord, translations: Translations, name: string): string {
  if (isUnconfirmed(message)) return translations.mayHaveArrived;
  const { code, deliveryFailures, uploadPending } = message;
  if (uploadPending) return translations.files.notUploaded;
  const known = code ?? deliveryFailures[0]?.responseCode;
  return translations.reason(known, name) || (known === undefined ? '' : translations.refused(known));
}
