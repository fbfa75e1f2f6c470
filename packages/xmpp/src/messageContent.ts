/** Reads what a message of a different client shows. */

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
]);
/** White space and invisible characters. */
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** The content of a different client's message. Undefined if it shows nothing. */
export interface MessageContent {
  readonly contentType: string;
  readonly body: string;
}

/**
 * Reads what a message of another client shows: its body in the reader's language, without the quote that a reply
 * (XEP-0461) carries for clients that do not know replies, below its subject; the address of a file that it only names
 * (XEP-0066); or that it is encrypted (XEP-0380).
 * @param languages the reader's, best first.
 */
export function contentIn(stanza: XmlElement, languages: readonly string[]): MessageContent | undefined {
  const encryption = encryptionIn(stanza);
  if (encryption === 'keys') return undefined;
  if (encryption === 'message') return { contentType: ENCRYPTED, body: '' };
  const text = withoutQuote(stanza, bodyIn(stanza, languages));
  const url = addressIn(stanza);
  const subject = inLanguage(stanza, 'subject', languages);
  const parts = [subject, text, url === undefined || text.includes(url) ? '' : url];
  const body = parts.filter((part) => !BLANK.test(part)).join('\n\n');
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

function addressIn(stanza: XmlElement): string | undefined {
  const oob = childOf(stanza, 'x', 'jabber:x:oob');
  const url = textOf(oob && childOf(oob, 'url', 'jabber:x:oob')).trim();
  return /^https?:\/\/\S+$/i.test(url) ? url : undefined;
}
