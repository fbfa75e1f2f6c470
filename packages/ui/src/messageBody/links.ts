/** Finds links in a text, and checks where they lead. */

import { LinkifyIt, REBuilder } from 'linkify-it';

/** A piece of a text: plain, or a link. */
export interface Piece {
  /** Its offset in the text. */
  readonly start: number;
  readonly text: string;
  readonly href?: string;
}

/** Longer addresses, in UTF-16 units, are no links. */
const MAX_LENGTH = 2_048;

/** A run without a break that is longer, in UTF-16 units, is not searched: the library's time grows with its square. */
const MAX_RUN = 2 * MAX_LENGTH;

/** A host has at most 253 characters (RFC 1035). */
const MAX_HOST = 256;

/**
 * The characters of a run that may be a link: no blanks, no quotes, no CJK brackets or punctuation, no backslash (a slash to
 * browsers), and no invisible characters (`\p{C}`), such as bidi controls.
 */
const RUN = /[^\s\p{C}<>"`\\\p{Pi}\p{Pf}…\u3000-\u303F\uFF00-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]+/gu;

/** The signs of which every link contains one. */
const SIGN = /:\/\/|@|[^\s.]\.[\p{L}\d]/u;

/** Top-level domains of bare domains, besides those of countries and the old ones, which the library knows. */
const TOP_LEVEL_DOMAINS =
  'academy agency app art berlin blog business cafe chat church city cloud club coffee community company consulting ' +
  'cool cymru design dev digital earth education email engineering events exchange expert finance fitness foundation ' +
  'fun fund gallery games global group guide guru hamburg health help host hosting international io kitchen koeln law ' +
  'legal life link live london ltd management market marketing media money network news ninja nyc one online page ' +
  'paris partners photo photos photography pizza plus press productions rocks run sale school science scot services ' +
  'site social software solutions space store studio support swiss systems team tech technology tips today tools top ' +
  'tours town trade training travel university video vip wales website wien wiki work world wtf xyz yoga zone';

/** Endings of files that are top-level domains, too: `README.md` is no link, `example.md/a` is. */
const FILE = /\.(?:cc|md|pl|ps|py|rs|sh)$/i;

/** The library's patterns with a port after a bare domain, and with mail after a comma or a colon. */
class Patterns extends REBuilder {
  override get_fuzzy_url_host_port(): RegExp {
    return (this.cache['fuzzy_url_host_port'] ??= new RegExp(
      super
        .get_fuzzy_url_host_port()
        .source.replace(
          this.get_host_terminator().source,
          () => this.get_port().source + this.get_host_terminator().source,
        ),
    ));
  }

  override get_mail_name_validator(): RegExp {
    return (this.cache['mail_name_validator'] ??= new RegExp(
      `(?:^|[,;:()\\[\\]{}|*'])(${this.get_mail_name().source})$`,
    ));
  }
}

const finder = new LinkifyIt({ fuzzyLink: true, maxLength: MAX_LENGTH, rebuilder: new Patterns() })
  .add('ftp:', null)
  .add('//', null)
  .add('www.', {
    validate: (text, position, { re }) => {
      const host = re.get_relative_proto_validator();
      host.lastIndex = position;
      return host.exec(text)?.[0].length ?? 0;
    },
  })
  .tlds(TOP_LEVEL_DOMAINS.split(' '), true);

/** Whether a text may contain a link; most messages do not. */
export function mayHoldLinks(text: string): boolean {
  return SIGN.test(text);
}

/** Splits a text at its links: web and mail addresses, which are shown unchanged. */
export function findLinks(text: string): readonly Piece[] {
  if (!mayHoldLinks(text)) return [{ start: 0, text }];
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (run.length > MAX_RUN) continue;
    for (const match of finder.match(run) ?? []) {
      const link = match.raw.replace(/[?!*]+$/, '');
      const href = isPartOfMore(run, match.index, match.lastIndex) ? undefined : hrefOf(link, match.schema);
      if (href === undefined) continue;
      const start = index + match.index;
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
  if (address.length > MAX_LENGTH) return undefined;
  try {
    const { protocol, hostname, username, password, href } = new URL(address);
    if (protocol === 'mailto:' || protocol === 'tel:') return href;
    const web = protocol === 'https:' || protocol === 'http:';
    return web && !username && !password && /[\p{L}\p{N}]/u.test(hostname) ? href : undefined;
  } catch {
    return undefined;
  }
}

/** A part of an invalid address, such as one with a user name, must not become a link. */
function isPartOfMore(run: string, start: number, end: number): boolean {
  return (
    /^(?::[^/?#]*)?[@%]/.test(run.slice(end, end + MAX_HOST)) ||
    /(?:[\p{L}\p{N}\p{M}_@%]|\/\/[^/?#]*)$/u.test(run.slice(0, start))
  );
}

function hrefOf(link: string, schema: string): string | undefined {
  if (schema === 'mailto:') return safeHref(/^mailto:/i.test(link) ? link : `mailto:${link}`);
  if (schema === 'http:' || schema === 'https:') return safeHref(link);
  if (schema === 'www.') return safeHref(`https://${link}`);
  // "Done.Is it?" lacks a blank; domains are not written with capitals like this.
  if (FILE.test(link) || /^[^/?#:]*\.\p{Lu}\p{Ll}+(?![^/?#:])/u.test(link)) return undefined;
  return safeHref(`https://${link}`);
}
