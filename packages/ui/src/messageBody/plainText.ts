/** Converts the body of a message to plain text. */

import { FILE_CONTENT_TYPE, isBlankText, type MessageRecord } from '@imflow/react';
import type { Settings } from '../settings/ChatSettings.tsx';
import { essenceOf, isEncrypted } from './contentType.ts';
import { fileText } from './fileText.ts';
import { BLOCKS, markupToText, UNREADABLE } from './markupToText.ts';
import { excerptFor, type MessageExcerpt, rendererFor } from './renderers.ts';
import { tombstoneOf } from './tombstone.ts';

/** The settings that determine how messages are described in words. */
type TextSettings = Pick<Settings, 'translations' | 'renderers' | 'excerpts'>;

/** False once the page has refused the parser: with Trusted Types, each try is reported as a violation. */
let isParserAllowed = true;

/** The text of an HTML body, with a line for each line. The markup goes into a document that runs and loads nothing. */
export function htmlToText(html: string): string {
  const body = parse(html);
  if (!body) return markupToText(html);
  for (const element of body.querySelectorAll(UNREADABLE)) element.remove();
  for (const image of body.querySelectorAll('img')) image.replaceWith(image.alt);
  for (const cell of body.querySelectorAll('td, th')) cell.append(' ');
  for (const element of body.querySelectorAll(BLOCKS)) element.append('\n');
  return body.textContent;
}

/** The used part of Trusted Types, whose types some compilers lack. */
interface TrustedTypes {
  readonly createPolicy: (
    name: string,
    rules: { readonly createHTML: (html: string) => string },
  ) => { readonly createHTML: (html: string) => string };
}

let createHTML: ((html: string) => string) | undefined;

/**
 * Returns the markup as the parser accepts it in a page with Trusted Types that allows the policy `imflow`. It is parsed
 * into a document that runs and loads nothing, and only its text is used.
 */
function trusted(html: string): string {
  if (!createHTML) {
    createHTML = (each) => each;
    try {
      const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
      const policy = trustedTypes?.createPolicy('imflow', { createHTML: (each) => each });
      if (policy) createHTML = (each) => policy.createHTML(each);
    } catch {
      // The page does not allow the policy, but may still allow the parser.
    }
  }
  return createHTML(html);
}

/** Undefined without a parser, as on a server, or if the page's Trusted Types do not allow the parser. */
function parse(html: string): HTMLElement | undefined {
  if (!isParserAllowed || typeof DOMParser === 'undefined') return undefined;
  try {
    return new DOMParser().parseFromString(trusted(html), 'text/html').body;
  } catch {
    isParserAllowed = false;
    return undefined;
  }
}

/**
 * Describes a message in words. Returns undefined if a renderer of the application shows the message and there is no
 * excerpt for it, or if translations of the application throw. Previews, quotes and announcements have no row boundary,
 * and must not throw.
 */
export function textOf(message: MessageRecord, settings: TextSettings): string | undefined {
  try {
    return wordsOf(message, settings);
  } catch {
    return undefined;
  }
}

function wordsOf(message: MessageRecord, { translations, renderers, excerpts }: TextSettings): string | undefined {
  if (message.retracted) return tombstoneOf(message, translations);
  const { contentType, body } = message;
  const type = essenceOf(contentType);
  const isKnown = type === 'text/html' || type === 'text/plain' || type === FILE_CONTENT_TYPE;
  const excerpt = tryExcerpt(message, excerptFor(type, excerpts, isKnown));
  if (excerpt !== undefined) return excerpt;
  // A storage or a transport of the application may contain other values, whatever the types say.
  const text = typeof body === 'string' ? body : '';
  if (isKnown) {
    const read =
      type === FILE_CONTENT_TYPE ? fileText(text, translations) : type === 'text/html' ? htmlToText(text).trim() : text;
    return isBlankText(read) ? translations.unsupported(type) : read;
  }
  if (rendererFor(type, renderers, {})) return undefined;
  return isEncrypted(type) ? translations.encrypted : translations.unsupported(type);
}

/** An excerpt of the application that throws or returns nothing has no other effect. */
function tryExcerpt(message: MessageRecord, excerpt: MessageExcerpt | undefined): string | undefined {
  try {
    const text: unknown = excerpt?.(message);
    return typeof text === 'string' && text.trim() !== '' ? text : undefined;
  } catch {
    return undefined;
  }
}
