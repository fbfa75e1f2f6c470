/** Reads the body of a message that carries a file. */

import { isFile } from '../messages/fileContent.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { truncateText } from '../messages/truncateText.ts';
import type { FileDetails } from '../ports/files.ts';
import { type Checks, isNumber, isObject, isString, optionalFields } from '../validation/guards.ts';

/** The file that a message carries (names as in XEP-0446). */
export interface FileContent extends FileDetails {
  /** The file name, without folders and invisible characters, 1 to 255 characters. */
  readonly name: string;
  /** The media type. `application/octet-stream` where it is not known. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Absent until it is uploaded. `https:`, `http:`, `blob:`, or `data:` of this media type. */
  readonly url?: string;
  /** Absent: none. */
  readonly caption?: string;
}

const MAX_NAME_LENGTH = 255;
const MAX_THUMBNAIL_LENGTH = 16_384;
const MAX_URL_LENGTH = 2_048;
const MAX_SIDE = 65_535;
const UNKNOWN_TYPE = 'application/octet-stream';

/** Control characters, and those that change the direction of text (UAX 9): a name could hide its real ending. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
const PREVIEW = /^data:image\/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+=*$/;
const INLINE = /^data:([^;,]+);base64,[A-Za-z0-9+/]*=*$/;

/**
 * Returns the file that a message carries; undefined if it carries none. It comes from the participant: invalid optional
 * fields are left out, and a body without a name or a size is not a file. Never throws.
 */
export function parseFile(message: Pick<MessageRecord, 'contentType' | 'body'>): FileContent | undefined {
  if (!isFile(message)) return undefined;
  try {
    const value: unknown = JSON.parse(message.body);
    return isObject(value) ? parseFields(value) : undefined;
  } catch {
    return undefined;
  }
}

/** A file name without folders, control characters and marks of direction. */
export function cleanFileName(name: string): string {
  const base = name
    .replaceAll(INVISIBLE, '')
    .replace(/^.*[/\\]/s, '')
    .trim();
  if (base.length <= MAX_NAME_LENGTH) return base === '' ? 'file' : base;
  const [ending = ''] = /\.[^.]{1,16}$/.exec(base) ?? [];
  return truncateText(base, MAX_NAME_LENGTH - ending.length) + ending;
}

/** A media type in lower case, without parameters. */
export function cleanMediaType(type: string): string {
  const [essence = ''] = type.toLowerCase().split(';');
  return MEDIA_TYPE.test(essence.trim()) ? essence.trim() : UNKNOWN_TYPE;
}

function parseFields(value: Record<string, unknown>): FileContent | undefined {
  const { name, type, size, url, width, height } = value;
  if (!isString(name) || !isSize(size)) return undefined;
  const mediaType = cleanMediaType(isString(type) ? type : '');
  return {
    name: cleanFileName(name),
    type: mediaType,
    size,
    ...(isString(url) && isAddress(url, mediaType) ? { url } : {}),
    ...(isSide(width) && isSide(height) ? { width, height } : {}),
    ...optionalFields<FileContent>(value, OPTIONAL),
  };
}

const OPTIONAL: Checks<FileContent> = {
  duration: (value) => isNumber(value) && value >= 0,
  thumbnail: (value) => isString(value) && value.length <= MAX_THUMBNAIL_LENGTH && PREVIEW.test(value),
  caption: (value) => isString(value) && value !== '',
};

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSide(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= MAX_SIDE;
}

/** An address that a page may open: never one that runs a script. */
function isAddress(url: string, type: string): boolean {
  const inline = INLINE.exec(url);
  if (inline !== null) return cleanMediaType(inline[1] ?? '') === type;
  return url.length <= MAX_URL_LENGTH && /^(?:https?:\/\/|blob:)/i.test(url);
}
