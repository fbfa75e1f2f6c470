/** The content of messages between clients of imflow. */

import { FILE_CONTENT_TYPE, type OutgoingMessage } from '@imflow/core';
import { shareFile } from './fileSharing.ts';
import type { MessageContent } from './messageContent.ts';
import { encodeReply, quoteOf, withoutQuote } from './messageReply.ts';
import { NS } from './namespaces.ts';
import { childOf, element, fitsXml, textOf, type XmlElement } from './xml.ts';

const PLAIN = 'text/plain';

/** The content of a message or of an edit. */
export type OwnContent = Pick<OutgoingMessage, 'contentType' | 'body' | 'replyTo'>;

/**
 * Writes a text or a file as a stanza that requests receipts and markers. Of a file, other clients read the address.
 * @param own attributes of the element that only clients of this kind read.
 */
export function encodeContent(
  to: string,
  id: string,
  { contentType, body, replyTo }: OwnContent,
  own: Readonly<Record<string, string | undefined>>,
  ...more: readonly XmlElement[]
): XmlElement {
  if (![id, contentType, body].every((text) => typeof text === 'string') || id === '') {
    throw new TypeError('A message must have messageId, contentType and body as strings.');
  }
  const file = contentType === FILE_CONTENT_TYPE ? shareFile(body) : undefined;
  const exact = file === undefined && fitsXml(body) ? undefined : escaped(body);
  const quote = replyTo === undefined ? '' : quoteOf(replyTo);
  const type = contentType === PLAIN ? undefined : contentType;
  return element(
    'message',
    NS.client,
    { to, type: 'chat', id },
    element('body', NS.client, {}, quote + (file?.text ?? body)),
    element('active', NS.chatStates),
    element('request', NS.receipts),
    element('markable', NS.markers),
    element('origin-id', NS.ids, { id }),
    ...(replyTo === undefined ? [] : encodeReply(replyTo)),
    ...(file?.elements(Array.from(quote).length) ?? []),
    ...more,
    element('message', NS.imflow, { ...own, type }, exact),
  );
}

/** The content of a message from a client of this kind: its body, or the exact text where XML has no place for it and of a file. */
export function ownContentIn(stanza: XmlElement, extra: XmlElement): MessageContent | undefined {
  const body = childOf(stanza, 'body', NS.client);
  if (body === undefined) return undefined;
  const contentType = extra.attributes['type'] ?? PLAIN;
  return { contentType, body: exactText(extra) ?? withoutQuote(stanza, textOf(body)) };
}

/** A text with characters that XML forbids, as JSON writes it. */
function escaped(text: string): string {
  return JSON.stringify(text).replaceAll(/[\uFFFE\uFFFF]/g, (each) => `\\u${each.charCodeAt(0).toString(16)}`);
}

function exactText(extra: XmlElement): string | undefined {
  const json = textOf(extra);
  if (json === '') return undefined;
  try {
    const text: unknown = JSON.parse(json);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
