/** Makes a name from another user safe to show in a sentence. */

import { truncateText } from '@imflow/react';

/** The longest label, in UTF-16 units. */
const MAX_LENGTH = 200;

/** Characters that change the direction of the text after them, or break the line (UAX 9, UAX 14). */
const BIDI_CONTROLS = /[\u061C\u2028-\u202E\u2066-\u2069\p{Cc}]/gu;

/**
 * Sanitises a name or a similar short text of another user for a sentence: one line, of bounded length, without
 * characters that reverse the text around it.
 */
export function sanitiseLabel(text: string): string {
  // Values of a storage or an application may have a different type, whatever the types say.
  if (typeof text !== 'string') return '';
  const cut = text.length > MAX_LENGTH ? `${truncateText(text, MAX_LENGTH)}…` : text;
  return cut.replace(BIDI_CONTROLS, '');
}
