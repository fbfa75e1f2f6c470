import { render } from '@testing-library/react';
import { expect, it } from 'vitest';
import { message } from '../../fixtures/conversation.ts';
import { defaultTranslations as english } from '../settings/translations.ts';
import { MessageBody } from '../index.ts';
import { textOf } from './plainText.ts';

it.each([
  ['text/plain', ''],
  ['text/plain', ' \n\t'],
  ['text/plain', '\u200B\u2060'],
  ['text/plain; charset=utf-8', '\u3164'],
  ['text/html', '<p>\u200B</p>'],
  ['text/html', '<p>&nbsp;&shy;</p>'],
  ['text/html', '\u2800'],
])(
  'B165 a message of type %s with nothing visible is marked as empty, in its row and in its preview: %j',
  (contentType, body) => {
    const blank = message(1, { contentType, body });
    const sentence = `This message cannot be shown here (${contentType.split(';')[0]}).`;
    const { container } = render(<MessageBody message={blank} />);
    expect(container.textContent).toContain(sentence);
    expect(textOf(blank, { translations: english, renderers: {}, excerpts: {} })).toBe(sentence);
  },
);
