import { describe, expect, it } from 'vitest';
import { kindOf } from './contentType.ts';
import { fileName, sizeOf, sizeText } from './download.ts';
import { type MessageRenderers, rendererFor } from './renderers.ts';
import { message } from '../../fixtures/conversation.ts';

const named = (name: string): MessageRenderers[`${string}/${string}`] =>
  Object.assign(() => null, { displayName: name });

describe('which renderer shows a body', () => {
  const kit: MessageRenderers = { 'text/plain': named('plain'), 'text/html': named('html') };
  const given: MessageRenderers = {
    'image/png': named('png'),
    'image/*': named('image'),
    'text/html': named('own html'),
    'text/*': named('text'),
    'application/vnd.acme.card+json': named('card'),
    '*/*': named('any'),
  };

  it.each([
    ['image/png', 'png'],
    ['IMAGE/PNG; name="a;b.png"', 'png'],
    [' image/png ', 'png'],
    ['image/gif', 'image'],
    ['application/vnd.acme.card+json; v=1', 'card'],
    ['text/html;charset=utf-8', 'own html'],
    ['text/plain', 'plain'],
    ['Text/Plain; charset=utf-8', 'plain'],
    ['text/csv', 'text'],
    ['application/pdf', 'any'],
    ['nonsense', 'any'],
    ['', 'any'],
    ['constructor', 'any'],
  ])('the content type %j is shown by %s', (contentType, name) => {
    expect(rendererFor(contentType, given, kit)?.displayName).toBe(name);
  });

  it.each(['application/pdf', 'constructor', '__proto__', 'toString/*', '', undefined as never, 7 as never])(
    'no renderer shows %j where none is given',
    (contentType) => {
      expect(rendererFor(contentType, {}, kit)).toBeUndefined();
    },
  );
});

describe('the description of an unsupported body', () => {
  it.each([
    ['image/png', 'image'],
    ['Audio/ogg; codecs=opus', 'audio'],
    ['video/mp4', 'video'],
    ['text/csv', 'text'],
    ['application/pdf', 'file'],
    ['imagine/png', 'file'],
    ['', 'file'],
  ])('the content type %s is of the kind %s', (contentType, kind) => {
    expect(kindOf(contentType)).toBe(kind);
  });

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1 kilobyte'],
    [1_250, '1.3 kilobytes'],
    [1_200_000, '1.2 megabytes'],
    [5e12, '5,000 gigabytes'],
  ])('%d bytes are shown as %s', (bytes, text) => {
    expect(sizeText(bytes, 'en')).toBe(text);
  });

  it('the size of a body is that of the file, in UTF-8', () => {
    expect(sizeOf(message(1, { body: 'ä😀' }))).toBe(6);
    expect(sizeOf(message(1, { body: undefined as never }))).toBe(0);
  });
});

describe('the name of a saved file', () => {
  it.each([
    ['application/octet-stream', 'message-m1.bin'],
    ['text/csv; header=present', 'message-m1.csv'],
    ['application/vnd.acme.card+json', 'message-m1.json'],
    ['text/x-python', 'message-m1.txt'],
    // Types that a system might open as a program or a page.
    ['text/html', 'message-m1.txt'],
    ['image/svg+xml', 'message-m1.bin'],
    ['application/xhtml+xml', 'message-m1.bin'],
    ['application/exe', 'message-m1.bin'],
    ['application/hta', 'message-m1.bin'],
    ['text/x.bat', 'message-m1.txt'],
  ])('a body of type %s is saved as %s', (contentType, name) => {
    expect(fileName(message(1, { contentType }))).toBe(name);
  });

  it.each(['../../etc/passwd', 'a\u202Egnp.exe', 'con:\\nul', 'x'.repeat(1_000), '', undefined as never])(
    'the file name is safe for the id %j',
    (id) => {
      const name = fileName({ ...message(1), id });
      expect(name).toMatch(/^message-[\w-]{0,40}\.txt$/);
    },
  );
});
