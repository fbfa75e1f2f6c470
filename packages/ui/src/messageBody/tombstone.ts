/** The text in place of a deleted message. */

import type { MessageRecord } from '@imflow/react';
import type { Translations } from '../settings/translations.ts';

/** What has not left, or was refused: the other side may still show the message. */
const UNANSWERED: readonly MessageRecord['status'][] = ['queued', 'sending', 'failed'];

/**
 * What stands in place of a message that was retracted. An own one was deleted once the network took the retraction; until
 * then, it was only asked for.
 */
export function tombstoneOf({ direction, status }: MessageRecord, translations: Translations): string {
  if (direction === 'incoming') return translations.deleted;
  return UNANSWERED.includes(status) ? translations.askedToDelete : translations.youDeleted;
}
