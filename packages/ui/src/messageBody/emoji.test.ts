import { describe, expect, it } from 'vitest';
import { isEmojiOnly } from './emoji.ts';

describe('a text of emoji only', () => {
  const emoji = ['😀', '❤️', '👍🏽', '🇩🇪', '1️⃣', '👩‍👩‍👧‍👦', '👩🏽‍❤️‍💋‍👨🏿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏳️‍🌈', '👁️‍🗨️', '🧑🏽‍🚀'];

  it.each(emoji)('%s consists of emoji only', (one) => {
    expect(isEmojiOnly(one)).toBe(true);
    expect(isEmojiOnly(` ${one} ${one}\n${one} `)).toBe(true);
    expect(isEmojiOnly(one.repeat(4))).toBe(false);
    // `Intl.Segmenter` counts graphemes as a browser does that knows the emoji.
    expect([...new Intl.Segmenter().segment(one.repeat(3))]).toHaveLength(3);
  });

  it.each(['', ' ', '1', '123', '#', '©', 'a😀', '😀!', '\u200D', '\uFE0F', '🇩', '😀'.repeat(10_000), 'x'.repeat(1e6)])(
    '%j does not consist of emoji only',
    (text) => {
      expect(isEmojiOnly(text)).toBe(false);
    },
  );
});
