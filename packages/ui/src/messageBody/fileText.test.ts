import { FILE_CONTENT_TYPE } from '@imflow/react';
import { describe, expect, it } from 'vitest';
import { defaultTranslations } from '../settings/translations.ts';
import { message } from '../../fixtures/conversation.ts';
import { writtenText } from './fileText.ts';
import { textOf } from './plainText.ts';

const settings = { translations: defaultTranslations, renderers: {}, excerpts: {} };
const file = (body: unknown) => message(1, { contentType: FILE_CONTENT_TYPE, body: JSON.stringify(body) });

describe('a message with a file, in words', () => {
  it.each([
    [
      'B463 a file with a caption is described by its caption',
      { name: 'a.png', type: 'image/png', caption: 'The lake' },
      'The lake',
    ],
    ['B463 a picture without a caption is described as "Picture"', { name: 'a.png', type: 'image/png' }, 'Picture'],
    ['B463 a video without a caption is described as "Video"', { name: 'a.mp4', type: 'video/mp4' }, 'Video'],
    ['B463 a sound without a caption is described by its name', { name: 'a.mp3', type: 'audio/mpeg' }, 'a.mp3'],
    ['B463 any other file is described by its name', { name: 'a.pdf', type: 'application/pdf' }, 'a.pdf'],
    ['B463 a file of no known type is described by its name', { name: 'a' }, 'a'],
    ['B463 bidi controls are removed from a name', { name: 'a\u202Egpj.exe' }, 'agpj.exe'],
  ])('%s', (_, body, words) => {
    expect(textOf(file(body), settings)).toBe(words);
  });

  it.each([{}, null, 'text', 7, [], { name: 7, caption: {} }, { type: 'image/png' }])(
    'B463 a body that is not a file, such as %j, cannot be shown',
    (body) => {
      expect(textOf(file(body), settings)).toBe(`This message cannot be shown here (${FILE_CONTENT_TYPE}).`);
      expect(textOf({ ...file(body), body: '{' }, settings)).toBe(textOf(file(body), settings));
    },
  );

  it('B463 the excerpt of the application replaces that of the kit', () => {
    const excerpts = { [FILE_CONTENT_TYPE]: () => 'Attachment' };
    expect(textOf(file({ name: 'a.pdf' }), { ...settings, excerpts })).toBe('Attachment');
  });

  it('B463 only the caption of a file can be edited', () => {
    expect(writtenText(file({ name: 'a.png', type: 'image/png', caption: 'The lake' }))).toBe('The lake');
    expect(writtenText(file({ name: 'a.png', type: 'image/png' }))).toBe('');
    expect(writtenText(message(1, { body: 'Hello' }))).toBe('Hello');
  });
});
