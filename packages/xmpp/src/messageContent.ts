/** Extracts the content of a message from a different client. */

import { isBlankText } from '@imflow/core';
import { sharedFileIn } from './fileSharing.ts';
import { NS } from './namespaces.ts';
import { withoutQuote } from './messageReply.ts';
import { childOf, childrenOf, textOf, type XmlElement } from './xml.ts';

/** The content type of a message that is encrypted in a way that this transport does not know. Its body is empty. */
export const ENCRYPTED = 'application/vnd.imflow.encrypted';

/** Namespaces of elements that hold an encrypted message: OMEMO old and new, OpenPGP old and new. */
const ENCRYPTIONS: ReadonlySet<string> = new Set([
  'eu.siacs.conversations.axolotl',
  'urn:xmpp:omemo:1',
  'urn:xmpp:omemo:2',
  'urn:xmpp:openpgp:0',
  'jabber:x:encrypted',
  'urn:ietf:params:xml:ns:xmpp-e2e',
]);
/** The beginning of a body of Off-the-Record Messaging (XEP-0364), which no element announces. */
const OFF_THE_RECORD = /^\?OTR(?=[:?v,|])/;
/** The most addresses of files of one message that are shown. */
const MAX_FILES = 20;

/** The content of a different client's message. Undefined if it shows nothing. */
export interface MessageContent {
  readonly contentType: string;
  readonly body: string;
}

/**
 * Reads what a message of another client shows: its body in the reader's language, without the quote that a reply
 * (XEP-0461) carries for clients that do not know replies, below its subject; a file that it shares; the addresses of
 * several files that it only names (XEP-0066, XEP-0447); or that it is encrypted (XEP-0380, XEP-0364).
 * @param languages the reader's, best first.
 */
export function contentIn(stanza: XmlElement, languages: readonly string[]): MessageContent | undefined {
  const encryption = encryptionIn(stanza);
  if (encryption === 'keys') return undefined;
  if (encryption === 'message') return { contentType: ENCRYPTED, body: '' };
  const whole = bodyIn(stanza, languages);
  const text = withoutQuote(stanza, whole);
  if (OFF_THE_RECORD.test(text)) return { contentType: ENCRYPTED, body: '' };
  const subject = inLanguage(stanza, 'subject', languages);
  const addresses = addressesIn(stanza);
  const file = sharedFileIn(stanza, addresses, { subject, text, body: whole });
  if (file !== undefined) return file;
  const files = addresses.filter((address) => !text.includes(address));
  const body = [subject, text, files.join('\n')].filter((part) => !isBlankText(part)).join('\n\n');
  return body === '' ? undefined : { contentType: 'text/plain', body };
}

/** The unchanged body in the reader's language. */
export function bodyIn(stanza: XmlElement, languages: readonly string[]): string {
  return inLanguage(stanza, 'body', languages);
}

/** `keys`: it only carries keys from client to client, which OMEMO does without a payload. */
function encryptionIn(stanza: XmlElement): 'message' | 'keys' | undefined {
  const encrypted = childrenOf(stanza).find(({ xmlns }) => ENCRYPTIONS.has(xmlns));
  const isNamed = childOf(stanza, 'encryption', 'urn:xmpp:eme:0') !== undefined;
  if (encrypted === undefined) return isNamed ? 'message' : undefined;
  const isOmemo = encrypted.name === 'encrypted';
  const hasPayload = childrenOf(encrypted).some(({ name }) => name === 'payload');
  return isOmemo && !hasPayload ? 'keys' : 'message';
}

/** The text of the child that is in the best of some languages, or else of the first one. */
function inLanguage(stanza: XmlElement, name: string, languages: readonly string[]): string {
  const outer = stanza.attributes['xml:lang'];
  const texts = childrenOf(stanza).filter((child) => child.name === name && child.xmlns === NS.client);
  const languageOf = ({ attributes }: XmlElement): string => (attributes['xml:lang'] ?? outer ?? '').toLowerCase();
  for (const language of languages.map((each) => each.toLowerCase())) {
    const base = language.replace(/-.*/, '');
    const match =
      texts.find((text) => languageOf(text) === language) ??
      texts.find((text) => languageOf(text).replace(/-.*/, '') === base);
    if (match !== undefined) return textOf(match);
  }
  return textOf(texts[0]);
}

/** The addresses of files, each once. */
function addressesIn(stanza: XmlElement): readonly string[] {
  const found = childrenOf(stanza).flatMap((child) => {
    if (child.xmlns === NS.oob) return textOf(childOf(child, 'url', NS.oob));
    if (child.xmlns !== NS.sharing || child.name !== 'file-sharing') return [];
    const sources = childOf(child, 'sources', NS.sharing);
    const source = sources && childOf(sources, 'url-data', NS.urlData);
    return source?.attributes['target'] ?? [];
  });
  const addresses = found.map((address) => address.trim()).filter((address) => /^https?:\/\/\S+$/i.test(address));
  return Array.from(new Set(addresses)).slice(0, MAX_FILES);
}
