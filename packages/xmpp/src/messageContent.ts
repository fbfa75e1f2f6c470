import { NS } from './namespaces.ts';
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
/** What is about another message, and whose body says so only to clients that do not know it. */
const OPERATIONS: readonly (readonly [name: string, xmlns: string])[] = [
  ['reactions', 'urn:xmpp:reactions:0'],
  ['retract', 'urn:xmpp:message-retract:0'],
  ['retract', 'urn:xmpp:message-retract:1'],
  ['apply-to', 'urn:xmpp:fasten:0'],
];
const REPLY = 'urn:xmpp:reply:0';
/** White space, and characters that nobody sees. */
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** What another client's message shows. Undefined where it shows nothing. */
export interface MessageContent {
  readonly contentType: string;
  readonly body: string;
}

/**
 * Reads what a message of another client shows: its body in the reader's language, without the quote that a reply
 * (XEP-0461) carries for clients that do not know replies, below its subject; the address of a file that it only names
 * (XEP-0066); or that it is encrypted (XEP-0380). Reactions and retractions show nothing.
 * @param languages the reader's, best first.
 */
export function contentIn(stanza: XmlElement, languages: readonly string[]): MessageContent | undefined {
  if (OPERATIONS.some(([name, xmlns]) => childOf(stanza, name, xmlns) !== undefined)) return undefined;
  const encryption = encryptionIn(stanza);
  if (encryption === 'keys') return undefined;
  if (encryption === 'message') return { contentType: ENCRYPTED, body: '' };
  const text = withoutQuote(stanza, inLanguage(stanza, 'body', languages));
  const url = addressIn(stanza);
  const subject = inLanguage(stanza, 'subject', languages);
  const parts = [subject, text, url === undefined || text.includes(url) ? '' : url];
  const body = parts.filter((part) => !BLANK.test(part)).join('\n\n');
  return body === '' ? undefined : { contentType: 'text/plain', body };
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

/** The text without the ranges that stand for a reply (XEP-0428), which count code points. */
function withoutQuote(stanza: XmlElement, text: string): string {
  const fallbacks = childrenOf(stanza).filter(
    ({ name, xmlns, attributes }) =>
      name === 'fallback' &&
      (xmlns === 'urn:xmpp:fallback:0' || xmlns === 'urn:xmpp:feature-fallback:0') &&
      attributes['for'] === REPLY,
  );
  if (fallbacks.length === 0) return text;
  const points = Array.from(text);
  const quoted = points.map(() => false);
  for (const range of fallbacks.flatMap((fallback) => childrenOf(fallback).filter(({ name }) => name === 'body'))) {
    const from = Number(range.attributes['start'] ?? 0);
    const to = Number(range.attributes['end'] ?? points.length);
    // A range that is none is left in: a quote too many is better than words too few.
    if (from >= 0 && from < to && to <= points.length) quoted.fill(true, from, to);
  }
  return points.filter((_, index) => quoted[index] !== true).join('');
}

function addressIn(stanza: XmlElement): string | undefined {
  const oob = childOf(stanza, 'x', 'jabber:x:oob');
  const url = textOf(oob && childOf(oob, 'url', 'jabber:x:oob')).trim();
  return /^https?:\/\/\S+$/i.test(url) ? url : undefined;
}
