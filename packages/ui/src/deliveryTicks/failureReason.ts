import type { MessageRecord } from '@imflow/react';
import type { Translations } from '../settings/translations.ts';

/** Why a message did not arrive, in a sentence. Empty where no code is known. */
export function failureReason(
  { code, deliveryFailures }: MessageRecord,
  translations: Translations,
  name: string,
): string {
  const known = code ?? deliveryFailures[0]?.responseCode;
  return translations.reason(known, name) || (known === undefined ? '' : translations.refused(known));
}
