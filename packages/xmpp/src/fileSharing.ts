/** Files in messages for and from other clients (XEP-0066, XEP-0446, XEP-0447). */

import { FILE_CONTENT_TYPE } from '@imflow/core';
import type { MessageContent } from './messageContent.ts';
import { withoutFallbacks } from './messageReply.ts';
import { NS } from './namespaces.ts';
import { childOf, element, textOf, type XmlElement } from './xml.ts';

/** The longest address that a file may have; the engine leaves out longer ones, too. */
const MAX_ADDRESS_LENGTH = 2_048;

/**
 * Media types by the extension of a file name, for clients that do not send the type. The type of other files is
 * unknown.
 */
const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  pdf: 'application/pdf',
  txt: 'text/plain',
  zip: 'application/zip',
};

/** What other clients read of a file. */
export interface SharedFile {
  /** The text of the message: the caption and the address; the name where there is neither. */
  readonly text: string;
  /** @param before the length of the text before it, in code points. */
  readonly elements: (before: number) => XmlElement[];
}

/** Describes a file for other clients. Undefined for a body that names none. */
export function shareFile(body: string): SharedFile | undefined {
  const { name, type, size, width, height, duration, url, caption } = fieldsOf(body);
  if (typeof name !== 'string') return undefined;
  const above = typeof caption === 'string' ? caption : '';
  if (typeof url !== 'string' || !isAddress(url)) return { text: above === '' ? name : above, elements: () => [] };
  const text = above === '' ? url : `${above}\n${url}`;
  const details = { 'media-type': type, name, size, width, height, length: duration, desc: caption };
  const metadata = Object.entries(details).map(([field, value]) =>
    typeof value === 'string' || typeof value === 'number'
      ? element(field, NS.fileMetadata, {}, String(value))
      : undefined,
  );
  return {
    text,
    elements(before) {
      const range = {
        start: String(before + Array.from(above).length),
        end: String(before + Array.from(text).length),
      };
      return [
        element('x', NS.oob, {}, element('url', NS.oob, {}, url)),
        element('fallback', NS.fallback, { for: NS.sharing }, element('body', NS.fallback, range)),
        element(
          'file-sharing',
          NS.sharing,
          {},
          element('file', NS.fileMetadata, {}, ...metadata),
          element('sources', NS.sharing, {}, element('url-data', NS.urlData, { target: url })),
        ),
      ];
    },
  };
}

/**
 * Reads a file that another client shares: by XEP-0447, or by an address that is the whole text of the message (XEP-0066).
 * @param addresses those that the message names apart from its text. Of several files, each shows as an address.
 * @param text of the message, without the quote of a reply.
 * @param body the unchanged text.
 */
export function sharedFileIn(
  stanza: XmlElement,
  addresses: readonly string[],
  { subject, text, body }: { readonly subject: string; readonly text: string; readonly body: string },
): MessageContent | undefined {
  const [url] = addresses;
  const sharing = childOf(stanza, 'file-sharing', NS.sharing);
  if (url === undefined || addresses.length > 1 || !isAddress(url)) return undefined;
  if (sharing === undefined && text.trim() !== url) return undefined;
  const metadata = sharing && childOf(sharing, 'file', NS.fileMetadata);
  const field = (name: string): string => textOf(metadata && childOf(metadata, name, NS.fileMetadata)).trim();
  const number = (name: string): number | undefined =>
    /^\d{1,15}$/.test(field(name)) ? Number(field(name)) : undefined;
  const name = field('name') || lastSegmentOf(url);
  const written = withoutFallbacks(stanza, body, [NS.reply, NS.sharing]).replace(url, '').trim();
  const caption = [subject.trim(), written || field('desc')].filter((part) => part !== '').join('\n\n');
  const content = {
    name,
    type: field('media-type') || TYPES[name.replace(/^.*\./s, '').toLowerCase()],
    size: number('size') ?? 0,
    width: number('width'),
    height: number('height'),
    duration: number('length'),
    caption: caption === '' ? undefined : caption,
    url,
  };
  return { contentType: FILE_CONTENT_TYPE, body: JSON.stringify(content) };
}

function isAddress(url: string): boolean {
  return url.length <= MAX_ADDRESS_LENGTH && /^https?:\/\/\S+$/i.test(url) && URL.canParse(url);
}

function lastSegmentOf(url: string): string {
  const segment = new URL(url).pathname.replace(/^.*\//s, '');
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(body) as object) };
  } catch {
    return {};
  }
}
