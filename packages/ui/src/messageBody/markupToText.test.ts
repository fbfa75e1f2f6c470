import { describe, expect, it } from 'vitest';
import { markupToText } from './markupToText.ts';

describe('the text of markup without a parser', () => {
  it.each([
    ['<p>Hello <b>Ana</b></p><p>1 &lt; 2 &uuml;</p>', 'Hello Ana\n1 < 2 ü\n'],
    ['caf&eacute; &#8364; &#x1F600; &hellip; &Auml;', 'café € 😀 … Ä'],
    ['<a href="https://a.example" title="1 > 0">link</a>', 'link'],
    ['<img src=x alt="map & plan"> here <img alt=plan>', 'map & plan here plan'],
    ['<img alt="<b>">', '<b>'],
    ['<table><tr><td>a</td><td>b</td></tr></table>', 'a b \n'],
    ['a<script>alert(1)</script>b<style>c{}</style>d<!-- e -->f', 'abdf'],
    ['a<script>alert(1)', 'a'],
    ['&amp;lt;b&amp;gt;', '&lt;b&gt;'],
    ['&nope; & &constructor; &__proto__;', '&nope; & &constructor; &__proto__;'],
    ['&#0; &#xD800; &#9999999;', '\uFFFD \uFFFD \uFFFD'],
    ['5 < 6 and 7 > 6', '5 < 6 and 7 > 6'],
  ])('the markup %j becomes the text %j', (html, text) => {
    expect(markupToText(html)).toBe(text);
  });

  it.each(['<a "', "<a '", '<!--', '<script', '&#', '<img alt="', `<a '"`])(
    'B233 the conversion of markup to text takes a time in proportion to the length of the markup: %j repeated',
    (piece) => {
      expect(markupToText(piece.repeat(50_000)).length).toBeLessThanOrEqual(piece.length * 50_000);
    },
  );
});
