/** Replies (XEP-0461) as stanzas. */

import type { ReplyTarget } from '@imflow/core';
import { bareOf } from './address.ts';
import { NS } from './namespaces.ts';
import { childOf, childrenOf, element, type XmlElement } from './xml.ts';

/** The quote before the text of a reply, for clients that do not know replies (XEP-0461 section 3). */
export function quoteOf({ excerpt }: ReplyTarget): string {
  return excerpt === '' ? '' : `> ${excerpt.replaceAll('\n', '\n> ')}\n`;
}

/** Writes the elements of a reply, which also mark the quote in its body (XEP-0461, XEP-0428). */
export function encodeReply(target: ReplyTarget): XmlElement[] {
  const reply = element('reply', NS.reply, { to: target.sender, id: target.id });
  // XEP-0426: what XML writes as one character counts as one.
  const { length } = Array.from(quoteOf(target));
  if (length === 0) return [reply];
  const range = element('body', NS.fallback, { start: '0', end: String(length) });
  return [reply, element('fallback', NS.fallback, { for: NS.reply }, range)];
}

/**
 * The message that a message replies to. Undefined where it replies to no message of this conversation.
 * @param text its unchanged body, with the quote.
 * @param sender of the reply; without an author named, the other participant counts as the author.
 */
export function replyIn(
  stanza: XmlElement,
  text: string,
  sender: string,
  participants: readonly [string, string],
): ReplyTarget | undefined {
  const { id = '', to } = childOf(stanza, 'reply', NS.reply)?.attributes ?? {};
  const author = to === undefined ? participants.find((each) => each !== sender) : bareOf(to);
  if (id === '' || author === undefined || !participants.includes(author)) return undefined;
  const excerpt = splitFallback(stanza, text, [NS.reply]).quote.replaceAll(/^> ?/gm, '').trim();
  return { id, sender: author, excerpt };
}

/** Removes the quote of a reply from a text. */
export function withoutQuote(stanza: XmlElement, text: string): string {
  return withoutFallbacks(stanza, text, [NS.reply]);
}

/** Removes from a text the parts for clients without some features (XEP-0428). */
export function withoutFallbacks(stanza: XmlElement, text: string, features: readonly string[]): string {
  return splitFallback(stanza, text, features).rest;
}

/** The ranges count code points (XEP-0426). */
function splitFallback(
  stanza: XmlElement,
  text: string,
  features: readonly string[],
): { readonly quote: string; readonly rest: string } {
  const fallbacks = childrenOf(stanza).filter(
    ({ name, xmlns, attributes }) =>
      name === 'fallback' &&
      (xmlns === NS.fallback || xmlns === 'urn:xmpp:feature-fallback:0') &&
      features.includes(attributes['for'] ?? ''),
  );
  if (fallbacks.length === 0) return { quote: '', rest: text };
  const points = Array.from(text);
  const quoted = points.map(() => false);
  for (const range of fallbacks.flatMap(childrenOf).filter(({ name }) => name === 'body')) {
    const from = Number(range.attributes['start'] ?? 0);
    const to = Number(range.attributes['end'] ?? points.length);
    // An invalid range is left in: an additional quote is better than missing words.
    if (from >= 0 && from < to && to <= points.length) quoted.fill(true, from, to);
  }
  const pick = (isQuote: boolean): string => points.filter((_, index) => quoted[index] === isQuote).join('');
  return { quote: pick(true), rest: pick(false) };
}
