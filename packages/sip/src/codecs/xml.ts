/** A small, safe XML reader for the notifications. */

import { SaxesParser } from 'saxes';
import { type Decoded, problem } from './decoded.ts';

/** A minimal XML element. The order of children is kept; the order of text among children is not. */
export interface XmlElement {
  /** Name without prefix. */
  readonly name: string;
  /** Namespace URI; empty for none. */
  readonly namespace: string;
  /** Attributes without a namespace. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, trimmed. */
  readonly text: string;
}

/** Notifications are a few hundred characters long; longer documents are not read. */
export const MAX_XML_CHARACTERS = 65_536;
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 1_000;

interface Building {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads a document of XML 1.0 with namespaces. A document type declaration is refused, so there are no entities but the
 * five predefined ones; size, depth and the number of elements are limited.
 */
export function readXml(source: string): Decoded<XmlElement> {
  if (source.length > MAX_XML_CHARACTERS) return problem(`XML is longer than ${MAX_XML_CHARACTERS} characters`);
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: Building[] = [];
  let root: XmlElement | undefined;
  let elements = 0;

  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('a document type declaration is not allowed');
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    elements += 1;
    if (elements > MAX_ELEMENTS || open.length >= MAX_DEPTH) throw new Error('too many elements');
    const plain = Object.values(attributes).filter((attribute) => attribute.prefix === '');
    open.push({
      name: local,
      namespace: uri,
      attributes: new Map(plain.map((attribute) => [attribute.local, attribute.value])),
      children: [],
      text: '',
    });
  });
  const addText = (text: string): void => {
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const element = { ...closed, text: closed.text.trim() };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });

  try {
    parser.write(source.replace(/^\uFEFF/, '')).close();
  } catch (error) {
    return problem(`XML cannot be read: ${error instanceof Error ? error.message : 'unknown fault'}`.slice(0, 200));
  }
  return root === undefined ? problem('XML has no root element') : { value: root };
}

/** The first child with this name, in any namespace. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** Text as the content of an element or attribute. Characters that XML 1.0 cannot carry are left out. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
