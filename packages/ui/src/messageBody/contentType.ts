/** Classifies content types. */

import { sanitiseLabel } from '../settings/sanitiseLabel.ts';
import type { Translations } from '../settings/translations.ts';

/** The kind of content, for translations. */
export type ContentKind = keyof Translations['kinds'];

/** A content type without its parameters, in lower case: `text/plain` for `Text/Plain; charset=utf-8`. */
export function essenceOf(contentType: string): string {
  return contentType === 'text/plain'
    ? contentType
    : sanitiseLabel(contentType).split(';', 1).join('').trim().toLowerCase();
}

/** The kind of content of a content type. */
export function kindOf(contentType: string): ContentKind {
  const [, kind] = /^(image|audio|video|text)\//.exec(essenceOf(contentType)) ?? [];
  return (kind as ContentKind | undefined) ?? 'file';
}

/** Whether it marks a message that the transport could not decrypt. */
export function isEncrypted(contentType: string): boolean {
  return essenceOf(contentType) === 'application/vnd.imflow.encrypted';
}
