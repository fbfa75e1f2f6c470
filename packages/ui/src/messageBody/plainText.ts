import type { MessageRecord } from '@imflow/react';
import type { Words } from '../settings/words.ts';

/** What ends a line when HTML is read as text. */
const BLOCKS = 'address,blockquote,br,dd,div,dt,h1,h2,h3,h4,h5,h6,hr,li,p,pre,tr';
/** What is not meant to be read. */
const UNREADABLE = 'head,script,style,template,noscript';

/** The text of an HTML body. The markup goes into a document that runs and loads nothing. */
export function htmlToText(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const element of body.querySelectorAll(UNREADABLE)) element.remove();
  for (const element of body.querySelectorAll(BLOCKS)) element.append('\n');
  return body.textContent.trim();
}

/** Whether the kit shows bodies of this type by itself. */
export function isText(contentType: string): boolean {
  return /^text\/(plain|html)\s*(;|$)/i.test(contentType);
}

/** A message in words. */
export function textOf({ contentType, body }: MessageRecord, words: Words): string {
  if (!isText(contentType)) return words.unsupported(contentType);
  return /^text\/html/i.test(contentType) ? htmlToText(body) : body;
}
