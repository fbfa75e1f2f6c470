/** Bodies that are given as bytes. */

import { mustBe } from './settings.ts';
import { mediaType } from '../inbox/contentTypes.ts';

/** `text/*`, JSON, XML, and types with their suffixes (RFC 6839). */
const TEXTUAL = /^text\/|[/+](?:json|xml)$/;

/** Whether the bytes of a content type are a text. */
export function isTextual(contentType: string): boolean {
  return TEXTUAL.test(mediaType(contentType));
}

/** @throws FlowError `invalid-argument` for bytes that are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw mustBe('a text in UTF-8', 'body', bytes);
  }
}
