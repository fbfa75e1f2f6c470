import { describe, expect, it } from 'vitest';
import { array, assert, constantFrom, pre, property, string } from 'fast-check';
import { element, fitsXml, parseXml, serialize, textOf } from './xml.ts';

describe('XML', () => {
  it('the parser reads the serialized element', () => {
    assert(
      property(string({ unit: 'binary' }), string({ unit: 'binary' }), (text, value) => {
        pre(fitsXml(text) && fitsXml(value));
        const read = parseXml(serialize(element('a', 'x', { b: value }, element('c', 'y', {}, text))));
        expect(read.attributes['b']).toBe(value);
        expect(textOf(read.children[0] as ReturnType<typeof element>)).toBe(text);
      }),
    );
  });

  it('line ends and tabs survive in attributes and in text', () => {
    const value = 'a\tb\nc\rd\r\ne';
    const read = parseXml(serialize(element('a', 'x', { b: value }, value)));
    expect(read.attributes['b']).toBe(value);
    expect(textOf(read)).toBe(value);
  });

  it.each([
    '<!DOCTYPE a><a/>',
    '<a><!-- a comment --></a>',
    '<a><?do this?></a>',
    '<a/><b/>',
    'text',
    '',
    '<a b="1" b="2"/>',
    '<a>&custom;</a>',
    '<a>&#0;</a>',
    '<p:a/>',
    '<a><b></a></b>',
    '<a>'.repeat(100) + '</a>'.repeat(100),
  ])('%s is a SyntaxError', (text) => {
    expect(() => parseXml(text)).toThrow(SyntaxError);
  });

  it('any other input is a SyntaxError or an element', () => {
    assert(
      property(
        array(constantFrom('<', '>', '/', 'a', ' ', '=', '"', '&', ';', '#x', 'xmlns', ':', '<![CDATA[')),
        (parts) => {
          try {
            parseXml(parts.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(SyntaxError);
          }
        },
      ),
    );
  });

  it('prefixes and default namespaces are resolved', () => {
    const read = parseXml(
      '<?xml version="1.0"?><s:features xmlns:s="S" xmlns="C"><a xmlns="X"><b/></a><c/></s:features>',
    );
    expect(read).toMatchObject({ name: 'features', xmlns: 'S' });
    expect(read.children).toMatchObject([
      { name: 'a', xmlns: 'X', children: [{ xmlns: 'X' }] },
      { name: 'c', xmlns: 'C' },
    ]);
  });

  it('attributes with names of object properties are plain attributes', () => {
    const read = parseXml('<a __proto__="x" constructor="y"/>');
    expect(Object.keys(read.attributes)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(read.attributes)).toBe(Object.prototype);
  });
});
