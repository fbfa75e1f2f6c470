import { LinkifyIt } from 'linkify-it';

/** A piece of a text: plain, or a link. */
export interface Piece {
  /** Where it begins in the text. */
  readonly start: number;
  readonly text: string;
  readonly href?: string;
}

const SAFE = /^(https?|mailto):/i;

let finder: LinkifyIt | undefined;

/** Cuts a text at its links. Only addresses of the web and of mail become links. */
export function findLinks(text: string): readonly Piece[] {
  // Most messages hold nothing that could be a link; the finder costs more than they do.
  if (!/[:.@]/.test(text)) return [{ start: 0, text }];
  finder ??= new LinkifyIt({ fuzzyLink: true });
  const pieces: Piece[] = [];
  let end = 0;
  for (const { index, lastIndex, url } of finder.match(text) ?? []) {
    if (!SAFE.test(url)) continue;
    if (index > end) pieces.push({ start: end, text: text.slice(end, index) });
    pieces.push({ start: index, text: text.slice(index, lastIndex), href: url });
    end = lastIndex;
  }
  if (end < text.length) pieces.push({ start: end, text: text.slice(end) });
  return pieces;
}
