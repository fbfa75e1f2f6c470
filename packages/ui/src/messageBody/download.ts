/** Saves the body of a message as a file. */

import type { MessageRecord } from '@imflow/react';
import { sanitiseLabel } from '../settings/sanitiseLabel.ts';
import { essenceOf } from './contentType.ts';

/** Types whose files no system opens as a program or a page, with their file name extensions. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'text/calendar': 'ics',
  'text/csv': 'csv',
  'text/markdown': 'md',
  'text/vcard': 'vcf',
};

/** How long the address of a blob is valid, in ms: long enough for the browser to begin the download. */
const REVOKE_DELAY = 10_000;

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** The size of a body in bytes, in UTF-8. */
export function sizeOf(message: MessageRecord): number {
  return blobOf(message).size;
}

/**
 * A size in the words of a locale: "1.2 megabytes". 1 kilobyte is 1000 bytes.
 *
 * @param display `short`: "1.2 MB".
 */
export function sizeText(bytes: number, locale: string | undefined, display: 'long' | 'short' = 'long'): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1_000 && unit < UNITS.length - 1; unit += 1) value /= 1_000;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[unit] ?? 'byte',
    // "924 bytes" in both forms, since the short form of `Intl` is "924 byte".
    unitDisplay: unit === 0 ? 'long' : display,
    maximumFractionDigits: 1,
  }).format(value);
}

/** The file name for a message: safe characters only, and an extension that starts no program. */
export function fileName({ id, contentType }: MessageRecord): string {
  const type = essenceOf(contentType);
  const name = sanitiseLabel(id)
    .replaceAll(/[^\w-]/g, '')
    .slice(0, 40);
  const extension = EXTENSIONS[type] ?? (type.startsWith('text/') ? 'txt' : type.endsWith('+json') ? 'json' : 'bin');
  return `message-${name}.${extension}`;
}

/**
 * Saves the unchanged body of a message, in UTF-8, as a file that the browser does not open.
 * @param page that shows it.
 */
export function save(message: MessageRecord, page: Document): void {
  const address = URL.createObjectURL(blobOf(message));
  const link = page.createElement('a');
  link.href = address;
  link.download = fileName(message);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_DELAY);
}

function blobOf({ body }: MessageRecord): Blob {
  return new Blob(typeof body === 'string' ? [body] : [], { type: 'application/octet-stream' });
}
