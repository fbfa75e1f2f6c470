/** Describes files in words. Part of the initial load, unlike the components that show files. */

import { FILE_CONTENT_TYPE, type MessageRecord } from '@imflow/react';
import { sanitiseLabel } from '../settings/sanitiseLabel.ts';
import type { Translations } from '../settings/translations.ts';
import { kindOf } from './contentType.ts';

/** Whether a message carries a file. */
export function hasFile({ contentType }: Pick<MessageRecord, 'contentType'>): boolean {
  return contentType === FILE_CONTENT_TYPE;
}

/** Returns the editable text of an own message: its text, or the caption of its file. */
export function writtenText({ contentType, body }: Pick<MessageRecord, 'contentType' | 'body'>): string {
  return hasFile({ contentType }) ? stringsOf(body).caption : body;
}

/** Describes a file in words: its caption, else "Picture" or "Video", else its name. Empty if the body is no file. */
export function fileText(body: string, { kinds }: Translations): string {
  const { caption, name, type } = stringsOf(body);
  const kind = kindOf(type);
  return caption || (name && (kind === 'image' || kind === 'video') ? kinds[kind] : sanitiseLabel(name));
}

interface FileStrings {
  readonly caption: string;
  readonly name: string;
  readonly type: string;
}

/** The body comes from another user, and may be anything. */
function stringsOf(body: string): FileStrings {
  let fields: Readonly<Record<string, unknown>> = {};
  try {
    fields = { ...(JSON.parse(body) as object) };
  } catch {
    // The body is no JSON.
  }
  const [caption = '', name = '', type = ''] = ['caption', 'name', 'type'].map((field) => {
    const value = fields[field];
    return typeof value === 'string' ? value : '';
  });
  return { caption, name, type };
}
