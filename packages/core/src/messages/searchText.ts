import { fileTexts, isFile } from './fileContent.ts';
import { foldText } from './foldText.ts';

const UNREADABLE = /<(head|script|style|template)\b[^]*?(?:<\/\1\b[^>]*>|$)|<!--[^]*?(?:-->|$)/gi;
const BREAKS = /<\/?(?:address|blockquote|br|dd|div|dt|h[1-6]|hr|li|p|pre|t[dhr])\b[^>]*>/gi;
const TAGS = /<[a-z/!?][^>]*>/gi;
const REFERENCES = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(amp|apos|gt|lt|nbsp|quot));/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', nbsp: ' ', quot: '"' };

/**
 * Returns a function that tests whether a record contains a text, for {@link MessageStorage.search}. Only the current
 * text of a message counts: never an earlier one, nor one that was retracted. Plain text and HTML have a text; the text
 * of a file is its caption and its name. Case, accents and width are ignored.
 *
 * @param text leading and trailing spaces are ignored. A blank text matches nothing.
 * @returns a function of a record as it was stored. It never throws.
 */
export function createTextMatcher(text: string): (record: unknown) => boolean {
  const wanted = foldText(text.trim());
  return (record) => wanted !== '' && foldedTextOf(record).includes(wanted);
}

/** Returns the text of a stored record for comparison, without line breaks; empty if it has none. Never throws. */
export function foldedTextOf(record: unknown): string {
  return foldText(searchTextOf(record));
}

function searchTextOf(record: unknown): string {
  const { body, contentType, retracted } = (record ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof body !== 'string' || typeof contentType !== 'string' || retracted !== undefined) return '';
  const [essence = ''] = contentType.split(';');
  const type = essence.trim().toLowerCase();
  if (isFile({ contentType })) return Object.values(fileTexts(body)).join(' ');
  return type === 'text/plain' ? body : type === 'text/html' ? withoutMarkup(body) : '';
}

function withoutMarkup(html: string): string {
  return html
    .replaceAll(UNREADABLE, '')
    .replaceAll(BREAKS, ' ')
    .replaceAll(TAGS, '')
    .replaceAll(REFERENCES, (_, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? '';
      const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : '';
    });
}
