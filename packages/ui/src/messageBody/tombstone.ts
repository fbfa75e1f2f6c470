/** The text in place of a deleted message. */

import type { MessageRecord } from '@imflow/react';
import type { Translations } from '../settings/translations.ts';

/** A retraction that was not sent or was refused: the other side may still show the message. */
const UNANSWERED: readonly MessageRecord['status'][] = ['queued', 'sending', 'failed'];

/**
 * Returns the text in place of a retracted message. An own one counts as deleted once the network has accepted the
 * retraction.
 */
export function tombstoneOf({ direction, status }: MessageRecord, translations: Translations): string {
  if (direction === 'incoming') return translations.deleted;
  return UNANSWERED.includes(status) ? translations.askedToDelete : translations.youDeleted;
}
