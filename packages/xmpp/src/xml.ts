/** Reads and writes XML elements. */

/** An element of XML, with its namespace resolved. Comments and processing instructions do not exist in XMPP. */
export interface XmlElement {
  /** The local name. */
  readonly name: string;
  /** The namespace, resolved; empty where there is none. */
  readonly xmlns: string;
  /** Attributes as written, without the declarations of namespaces. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** Nesting deeper than this is not read. */
const MAX_DEPTH = 64;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const NAME = /[^\s<>/=&'"]+/y;
const SPACE = /\s*/y;
/** What XML 1.0 has no place for (section 2.2); halves of surrogate pairs included. */
const FORBIDDEN =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const FORBIDDEN_ALL = new RegExp(FORBIDDEN, 'g');

/** Creates an element; undefined children are skipped. */
export function element(
  name: string,
  xmlns: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (XmlElement | string | undefined)[]
): XmlElement {
  const given = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    name,
    xmlns,
    attributes: Object.fromEntries(given),
    children: children.filter((child) => child !== undefined),
  };
}

/** The first child element with this name and namespace, in whatever order the children come. */
export function childOf(parent: XmlElement, name: string, xmlns: string): XmlElement | undefined {
  return childrenOf(parent).find((child) => child.name === name && child.xmlns === xmlns);
}

export function childrenOf(parent: XmlElement): XmlElement[] {
  return parent.children.filter((child) => typeof child !== 'string');
}

/** The text directly inside an element. */
export function textOf(parent: XmlElement | undefined): string {
  return parent?.children.filter((child) => typeof child === 'string').join('') ?? '';
}

/** Whether a text needs no escaping in XML. */
export function fitsXml(text: string): boolean {
  return !FORBIDDEN.test(text);
}

/** Writes an element. Characters that XML forbids become U+FFFD. */
export function serialize({ name, xmlns, attributes, children }: XmlElement, outer = ''): string {
  const declared = xmlns === outer ? '' : ` xmlns="${escape(xmlns)}"`;
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
  const inner = children.map((child) => (typeof child === 'string' ? escape(child) : serialize(child, xmlns))).join('');
  const start = `<${name}${declared}${written.join('')}`;
  return inner === '' ? `${start}/>` : `${start}>${inner}</${name}>`;
}

function escape(text: string): string {
  return text
    .replaceAll(FORBIDDEN_ALL, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replaceAll('\r', '&#13;');
}

/**
 * Reads one element: a WebSocket message of XMPP is exactly that (RFC 7395 section 3.3). What XMPP forbids (RFC 6120
 * section 11.1) is not read: document types, and with them custom entities; comments; processing instructions.
 * @throws SyntaxError for anything else.
 */
export function parseXml(text: string): XmlElement {
  let at = skipSpace(text, /^\s*<\?xml\s[^>]*\?>/.exec(text)?.[0].length ?? 0);
  const root = parseElement({ xml: 'http://www.w3.org/XML/1998/namespace', '': '' }, 0);
  at = skipSpace(text, at);
  if (at !== text.length) throw new SyntaxError('More than one element');
  return root;

  function parseElement(outer: Readonly<Record<string, string>>, depth: number): XmlElement {
    if (depth > MAX_DEPTH) throw new SyntaxError('Nested too deeply');
    expect('<');
    const tag = readName();
    const attributes: Record<string, string> = {};
    const scope: Record<string, string> = { ...outer };
    for (;;) {
      const before = at;
      at = skipSpace(text, at);
      if (text[at] === '/' || text[at] === '>') break;
      if (at === before) throw new SyntaxError('An attribute needs a space before it');
      const key = readName();
      at = skipSpace(text, at);
      expect('=');
      at = skipSpace(text, at);
      const value = readQuoted();
      if (key === 'xmlns') scope[''] = value;
      else if (key.startsWith('xmlns:')) scope[key.slice(6)] = value;
      else if (Object.hasOwn(attributes, key)) throw new SyntaxError('An attribute is given twice');
      else Object.defineProperty(attributes, key, { value, enumerable: true });
    }
    const [first = '', second] = tag.split(':');
    const prefix = second === undefined ? '' : first;
    if (!Object.hasOwn(scope, prefix)) throw new SyntaxError('A prefix is not declared');
    const children: (XmlElement | string)[] = [];
    const made = { name: second ?? first, xmlns: scope[prefix] ?? '', attributes, children };
    if (text[at] === '/') {
      at += 1;
      expect('>');
      return made;
    }
    expect('>');
    for (;;) {
      const end = text.indexOf('<', at);
      if (end === -1) throw new SyntaxError('An element does not end');
      if (end > at) children.push(unescape(text.slice(at, end)));
      at = end;
      if (text.startsWith('</', at)) break;
      if (text.startsWith('<![CDATA[', at)) {
        const close = text.indexOf(']]>', at);
        if (close === -1) throw new SyntaxError('A CDATA section does not end');
        children.push(text.slice(at + 9, close));
        at = close + 3;
      } else {
        children.push(parseElement(scope, depth + 1));
      }
    }
    at += 2;
    if (readName() !== tag) throw new SyntaxError('An element ends under another name');
    at = skipSpace(text, at);
    expect('>');
    return made;
  }

  function expect(character: string): void {
    if (text[at] !== character) throw new SyntaxError(`Expected ${character}`);
    at += 1;
  }

  function readName(): string {
    NAME.lastIndex = at;
    const name = NAME.exec(text)?.[0];
    if (name === undefined || /^[!?]/.test(name)) throw new SyntaxError('Expected a name');
    at += name.length;
    return name;
  }

  function readQuoted(): string {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") throw new SyntaxError('Expected a quoted value');
    const end = text.indexOf(quote, at + 1);
    const value = text.slice(at + 1, end);
    if (end === -1 || value.includes('<')) throw new SyntaxError('A value does not end');
    at = end + 1;
    return unescape(value);
  }
}

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from;
  return from + (SPACE.exec(text)?.[0].length ?? 0);
}

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&([^;&]{0,10};?)/g, (_, reference: string) => {
    const name = reference.slice(0, -1);
    const known = reference.endsWith(';') && Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (known !== undefined) return known;
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}));$/i.exec(reference) ?? [];
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (!(code >= 0 && code <= 0x10_ff_ff)) throw new SyntaxError('An entity is not known');
    return String.fromCodePoint(code);
  });
}
