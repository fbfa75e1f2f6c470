import { describe, expect, it } from 'vitest';
import { FILE_CONTENT_TYPE, readableText, withCaption } from '../messages/fileContent.ts';
import { isAccepted } from './accept.ts';
import { parseFile } from './fileContent.ts';

const file = (fields: Readonly<Record<string, unknown>>): ReturnType<typeof parseFile> =>
  parseFile({ contentType: FILE_CONTENT_TYPE, body: JSON.stringify({ name: 'a.png', size: 3, ...fields }) });

describe('a file from the participant', () => {
  it('B458 a file from the participant keeps all known fields', () => {
    const fields = {
      type: 'image/png',
      url: 'https://files.example/a',
      width: 640,
      height: 480,
      duration: 1_500,
      thumbnail: 'data:image/jpeg;base64,AAAA',
      caption: 'the sea',
    };
    expect(file(fields)).toEqual({ name: 'a.png', size: 3, ...fields });
  });

  it.each([
    ['not JSON', '{'],
    ['no object', '"text"'],
    ['null', 'null'],
    ['no name', '{"size":3}'],
    ['no size', '{"name":"a"}'],
    ['a negative size', '{"name":"a","size":-1}'],
  ])('B458 a body with %s is not parsed as a file', (_, body) => {
    expect(parseFile({ contentType: FILE_CONTENT_TYPE, body })).toBeUndefined();
  });

  it('B458 a message of a different content type is not parsed as a file', () => {
    expect(parseFile({ contentType: 'application/json', body: '{"name":"a","size":1}' })).toBeUndefined();
  });

  it.each(['javascript:alert(1)', 'JAVASCRIPT:alert(1)', 'file:///etc/passwd', 'ftp://a/b', '//a/b', '/a', '', 5])(
    'B458 the address %s is left out',
    (url) => {
      expect(file({ type: 'image/png', url })).not.toHaveProperty('url');
    },
  );

  it.each([
    ['image/png', 'data:image/png;base64,AAAA', true],
    ['image/png', 'data:text/html;base64,AAAA', false],
    ['image/png', 'data:image/png,<svg onload=1>', false],
    ['text/html', 'data:text/html;charset=utf-8,<b>', false],
  ])('B458 a %s keeps the address %s: %s', (type, url, isKept) => {
    expect('url' in (file({ type, url }) ?? {})).toBe(isKept);
  });

  it.each([
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ana\\a.txt', 'a.txt'],
    ['a\u0000\nb', 'ab'],
    ['\u2066\u2069', 'file'],
    ['  ', 'file'],
    ['می‌خواهم.pdf', 'می‌خواهم.pdf'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(251)}.pdf`],
  ])('B458 the name %j is shown as %j', (name, shown) => {
    expect(file({ name })?.name).toBe(shown);
  });

  it.each([
    [undefined, 'application/octet-stream'],
    ['IMAGE/PNG; a=b', 'image/png'],
    ['image', 'application/octet-stream'],
    ['text/<script>', 'application/octet-stream'],
  ])('B458 the type %s is read as %s', (type, read) => {
    expect(file({ type })?.type).toBe(read);
  });

  it.each([
    { width: 0, height: 5 },
    { width: 5 },
    { width: 1.5, height: 2 },
    { width: 1e9, height: 1 },
    { duration: -1 },
    { duration: 'long' },
    { thumbnail: 'https://tracker.example/p.gif' },
    { thumbnail: 'data:image/svg+xml;base64,AAAA' },
    { thumbnail: `data:image/png;base64,${'A'.repeat(20_000)}` },
    { caption: 5 },
    { caption: '' },
  ])('B458 the invalid fields %j are removed from a file', (fields) => {
    expect(file(fields)).toEqual({ name: 'a.png', type: 'application/octet-stream', size: 3 });
  });
});

describe('the text of a file', () => {
  it.each([
    ['{"name":"a.png","caption":"the sea"}', 'the sea'],
    ['{"name":"a.png"}', 'a.png'],
    ['{"name":5,"caption":{}}', ''],
    ['{', ''],
    ['null', ''],
  ])('B456 the text of the file %s is %j', (body, text) => {
    expect(readableText({ contentType: FILE_CONTENT_TYPE, body })).toBe(text);
  });

  it('B456 a caption is set and removed without a change of the rest', () => {
    const body = '{"name":"a.png","size":3}';
    expect(JSON.parse(withCaption(body, 'the sea'))).toEqual({ name: 'a.png', size: 3, caption: 'the sea' });
    expect(withCaption(withCaption(body, 'the sea'), '')).toBe(body);
  });
});

describe('the accepted types', () => {
  const of = (name: string, type: string): File => new File(['x'], name, { type });

  it.each([
    ['', of('a.exe', ''), true],
    ['image/*', of('a.png', 'image/png'), true],
    ['image/*', of('a.mp4', 'video/mp4'), false],
    ['.PDF, image/png', of('a.pdf', ''), true],
    ['.pdf', of('pdf', 'application/pdf'), false],
    ['application/pdf', of('a', 'application/pdf'), true],
    ['*/*', of('a', ''), true],
  ])('B455 the accepted types %j are matched with the type or the name of a file', (accept, given, isTaken) => {
    expect(isAccepted(given, accept)).toBe(isTaken);
  });
});
