/** Extracts the text of HTML without a DOM. */

/** The elements that end a line in the text of HTML. */
export const BLOCKS = 'address,blockquote,br,dd,div,dt,h1,h2,h3,h4,h5,h6,hr,li,p,pre,tr';
/** The elements without readable text. */
export const UNREADABLE = 'head,script,style,template,noscript';

/** The attributes of a tag, and its end. A quoted value may hold what would end the tag. */
const ATTRIBUTES = String.raw`(?:"[^"]*"|'[^']*'|[^"'<>])*>?`;
const HIDDEN = new RegExp(
  String.raw`<(${UNREADABLE.replaceAll(',', '|')})\b[^]*?(?:</\1\b[^<>]*>?|$)|<!--[^]*?(?:-->|$)`,
  'gi',
);
const LINE_ENDS = new RegExp(String.raw`<(?:br|hr|/(?:${BLOCKS.replaceAll(',', '|')}))\b${ATTRIBUTES}`, 'gi');
const CELL_ENDS = /<\/t[dh]\b[^<>]*>?/gi;
const IMAGES = new RegExp(String.raw`<img\b${ATTRIBUTES}`, 'gi');
const ALTERNATIVE = /\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/i;
const TAGS = new RegExp(String.raw`<[a-z/!?]${ATTRIBUTES}`, 'gi');
const REFERENCES = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]+));?/gi;

/**
 * Returns the text of an HTML body without a parser, for servers and for pages that forbid the parser. Tags are removed, not
 * parsed, so the text of invalid markup may differ from what a browser would show. The result is text, never markup.
 */
export function markupToText(html: string): string {
  return html
    .replace(HIDDEN, '')
    .replace(IMAGES, (tag) => {
      const [, double, single, bare] = ALTERNATIVE.exec(tag) ?? [];
      // The alternative text must not be treated as a tag below.
      return (double ?? single ?? bare ?? '').replaceAll('<', '&lt;');
    })
    .replace(CELL_ENDS, ' ')
    .replace(LINE_ENDS, '\n')
    .replace(TAGS, '')
    .replace(REFERENCES, (written, hex?: string, decimal?: string, name?: string) =>
      name === undefined ? characterOf(hex === undefined ? Number(decimal) : parseInt(hex, 16)) : named(name, written),
    );
}

function characterOf(code: number): string {
  const isCharacter = code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : '\uFFFD';
}

/** The names of the characters from U+00A0 to U+00FF (HTML, named character references), in their order. */
const LATIN_1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'.split(
    ' ',
  );
/** Names of the marks that are written most beside them. */
const MARKS: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  bull: '\u2022',
  euro: '\u20AC',
  gt: '>',
  hellip: '\u2026',
  ldquo: '\u201C',
  lsquo: '\u2018',
  lt: '<',
  mdash: '\u2014',
  ndash: '\u2013',
  quot: '"',
  rdquo: '\u201D',
  rsquo: '\u2019',
  trade: '\u2122',
};

function named(name: string, written: string): string {
  const place = LATIN_1.indexOf(name);
  if (place >= 0) return String.fromCodePoint(0xa0 + place);
  return (Object.hasOwn(MARKS, name) && MARKS[name]) || written;
}
