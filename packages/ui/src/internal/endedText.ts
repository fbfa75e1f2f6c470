import type { FlowSnapshot } from '@imflow/react';
import type { Translations } from '../settings/translations.ts';

/** Why a conversation has ended, as a sentence. */
export function endedText(error: FlowSnapshot['error'], translations: Translations): string {
  if (!error || error.code === 'storage' || error.code === 'outdated') return translations.ended;
  return error.code === 'refused' ? translations.signedOut : translations.connectionClosed;
}
