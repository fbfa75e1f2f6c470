/** Reads and writes XML elements. */

import { SaxesParser } from 'saxes';

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
const NAMESPACE_DECLARATIONS = 'http://www.w3.org/2000/xmlns/';
/** The characters that XML 1.0 forbids (section 2.2), and lone surrogates. */
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

/** The first child element with this name and namespace. */
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
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
  const inner = children.map((child) => (typeof child === 'string' ? escape(child) : serialize(child, xmlns))).join('');
  const start = `<${name}${declared}${written.join('')}`;
  return inner === '' ? `${start}/>` : `${start}>${inner}</${name}>`;
}

export function escape(text: string): string {
  return text
    .replaceAll(FORBIDDEN_ALL, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replaceAll('\r', '&#13;');
}

/** A reader turns line ends and tabs of an attribute into spaces, unless they are references (XML 1.0 section 3.3.3). */
function escapeAttribute(text: string): string {
  return escape(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/**
 * Reads one element: a WebSocket message of XMPP is exactly that (RFC 7395 section 3.3). What XMPP forbids (RFC 6120
 * section 11.1) is not read: document types, and with them custom entities; comments; processing instructions.
 * @throws SyntaxError for anything else.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: { readonly element: XmlElement; readonly children: (XmlElement | string)[] }[] = [];
  let root: XmlElement | undefined;

  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('A document type is not allowed'));
  parser.on('comment', () => refuse('A comment is not allowed'));
  parser.on('processinginstruction', () => refuse('A processing instruction is not allowed'));
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (open.length > MAX_DEPTH) refuse('Nested too deeply');
    const plain = Object.values(attributes).filter(({ uri: namespace }) => namespace !== NAMESPACE_DECLARATIONS);
    const children: (XmlElement | string)[] = [];
    open.push({
      element: {
        name: local,
        xmlns: uri,
        attributes: Object.fromEntries(plain.map(({ name, value }) => [name, value])),
        children,
      },
      children,
    });
  });
  const addText = (part: string): void => void open.at(-1)?.children.push(part);
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    root = closed?.element;
    if (closed !== undefined) open.at(-1)?.children.push(closed.element);
  });

  parser.write(text).close();
  if (root === undefined) throw new SyntaxError('The frame has no element');
  return root;
}

function refuse(reason: string): never {
  throw new SyntaxError(reason);
}
