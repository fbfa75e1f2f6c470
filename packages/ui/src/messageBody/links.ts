/** Finds links in a text, and checks where they lead. */

/** A piece of a text: plain, or a link. */
export interface Piece {
  /** Where it begins in the text. */
  readonly start: number;
  readonly text: string;
  readonly href?: string;
}

/** Longer addresses, in UTF-16 units, are no links. */
const LONGEST = 2_048;

/**
 * What can be in a link without a break: no blanks, no quotes, no brackets or stops of CJK, no backslash (a slash to
 * browsers), and nothing unseen (`\p{C}`), such as the characters that turn the direction of a text.
 */
const RUN = /[^\s\p{C}<>"`\\\p{Pi}\p{Pf}…\u3000-\u303F\uFF00-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]+/gu;

/**
 * Where a link begins in a run: an address of the web, one of mail, or a bare domain below a few old top-level domains
 * that are no words of prose. What stands before must not be a part of it. None of the quantifiers can match the same
 * characters in two ways, so the time is in proportion to the length.
 */
const LINK = new RegExp(
  [
    String.raw`(?<![\p{L}\p{N}_])(?:https?:\/\/|www\.(?=[\p{L}\p{N}]))[^]+`,
    String.raw`(?<![\p{L}\p{N}\p{M}_.+@\/%-])(?:mailto:)?[\w.+-]{1,64}@(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}\.)+\p{L}[\p{L}\p{N}\p{M}-]{1,62}(?![\p{L}\p{N}\p{M}@_-])`,
    String.raw`(?<![\p{L}\p{N}\p{M}_.+@\/:%-])(?:[a-z\d][a-z\d-]{0,62}\.)+(?:com|org|edu|gov)(?![\p{L}\p{N}\p{M}_@-]|\.[\p{L}\p{N}])(?::\d{1,5}(?!\d))?(?:[/?#][^]*)?`,
  ].join('|'),
  'giu',
);

const WEB = /^(?:https?:\/\/|www\.)/iu;

/** What every link has in it. */
const SIGN = /:\/\/|www\.|@|\.(?:com|org|edu|gov)/i;

/** A quick check whether a text may contain links. */
export function mayHoldLinks(text: string): boolean {
  return SIGN.test(text);
}

/** Cuts a text at its links: addresses of the web and of mail, shown as they are written. */
export function findLinks(text: string): readonly Piece[] {
  if (!mayHoldLinks(text)) return [{ start: 0, text }];
  const pieces: Piece[] = [];
  let end = 0;
  for (const run of text.matchAll(RUN)) {
    for (const match of run[0].matchAll(LINK)) {
      const link = withoutTrail(match[0]);
      const href = hrefOf(link);
      if (href === undefined) continue;
      const start = run.index + match.index;
      if (start > end) pieces.push({ start: end, text: text.slice(end, start) });
      pieces.push({ start, text: link, href });
      end = start + link.length;
    }
  }
  if (end < text.length) pieces.push({ start: end, text: text.slice(end) });
  return pieces;
}

/**
 * An address as a browser reads it, if it is one that a message may lead to: of the web, of mail, or a telephone
 * number. One with a user name in front is not: `https://bank.example@evil.example` leads to the second.
 */
export function safeHref(address: string): string | undefined {
  if (address.length > LONGEST) return undefined;
  try {
    const { protocol, hostname, username, password, href } = new URL(address);
    if (protocol === 'mailto:' || protocol === 'tel:') return href;
    const web = protocol === 'https:' || protocol === 'http:';
    return web && !username && !password && /[\p{L}\p{N}]/u.test(hostname) ? href : undefined;
  } catch {
    return undefined;
  }
}

function hrefOf(link: string): string | undefined {
  if (WEB.test(link)) return safeHref(/^w/i.test(link) ? `https://${link}` : link);
  // In mail, the part before the @ may hold what would be an address of the web.
  if (/^[^/?#]*@/.test(link)) return safeHref(/^mailto:/i.test(link) ? link : `mailto:${link}`);
  return safeHref(`https://${link}`);
}

/** A link without the stops of the sentence around it, and without brackets that it does not open itself. */
function withoutTrail(link: string): string {
  if (link.length > LONGEST) return link;
  const open: Record<string, number> = { ')': 0, ']': 0, '}': 0 };
  for (const character of link) {
    const closing = CLOSING[character];
    if (closing) open[closing] = (open[closing] ?? 0) + 1;
    else if (character in open) open[character] = (open[character] ?? 0) - 1;
  }
  let end = link.length;
  for (; end > 0; end -= 1) {
    const last = link.charAt(end - 1);
    const unopened = open[last];
    if (unopened !== undefined && unopened < 0) open[last] = unopened + 1;
    else if (!/[.,;:!?'*([{]/.test(last)) break;
  }
  return link.slice(0, end);
}

const CLOSING: Readonly<Record<string, string | undefined>> = { '(': ')', '[': ']', '{': '}' };
