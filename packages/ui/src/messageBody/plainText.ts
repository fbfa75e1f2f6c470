import type { MessageRecord } from '@imflow/react';
import type { Words } from '../settings/words.ts';
import { essenceOf } from './contentType.ts';
import { type MessageRenderers, rendererFor } from './renderers.ts';

/** What ends a line when HTML is read as text. */
const BLOCKS = 'address,blockquote,br,dd,div,dt,h1,h2,h3,h4,h5,h6,hr,li,p,pre,tr';
/** What is not meant to be read. */
const UNREADABLE = 'head,script,style,template,noscript';

/** The text of an HTML body, with a line for each line. The markup goes into a document that runs and loads nothing. */
export function htmlToText(html: string): string {
  if (typeof DOMParser === 'undefined') return stripped(html);
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const element of body.querySelectorAll(UNREADABLE)) element.remove();
  for (const image of body.querySelectorAll('img')) image.replaceWith(image.alt);
  for (const cell of body.querySelectorAll('td, th')) cell.append(' ');
  for (const element of body.querySelectorAll(BLOCKS)) element.append('\n');
  return body.textContent;
}

/** The same without a parser, as on a server: some entities stay as they are written. */
function stripped(html: string): string {
  return html
    .replace(/<(head|script|style|template|noscript)\b[^]*?(?:<\/\1[^<>]*>?|$)|<!--[^]*?(?:-->|$)/gi, '')
    .replace(new RegExp(String.raw`<(?:br|hr|/(?:${BLOCKS.replaceAll(',', '|')}))\b[^<>]*>?`, 'gi'), '\n')
    .replace(/<[a-z/!?][^<>]*>?/gi, '')
    .replace(/&(lt|gt|quot|nbsp|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', nbsp: '\u00A0', amp: '&' };

/** A message in words; nothing where it can be seen, by a renderer of the application, and not be put into words. */
export function textOf(
  { contentType, body }: MessageRecord,
  words: Words,
  renderers: MessageRenderers,
): string | undefined {
  const type = essenceOf(contentType);
  if (type === 'text/html') return htmlToText(body).trim();
  if (type === 'text/plain') return body;
  return rendererFor(type, renderers, {}) ? undefined : words.unsupported(type);
}
