import { describe, expect, it, vi } from 'vitest';
import { findLinks, safeHref } from './links.ts';

/** The links in a text, as `text → address`; the text alone if the address is the same. */
function linksIn(text: string): string[] {
  return findLinks(text).flatMap(({ text: piece, href }) =>
    href === undefined ? [] : [href === piece ? piece : `${piece} → ${href}`],
  );
}

describe('links in a text', () => {
  it.each<[why: string, text: string, links: string[]]>([
    // Texts that are links.
    ['https', 'https://example.org/', ['https://example.org/']],
    ['http', 'http://example.org/a', ['http://example.org/a']],
    ['capitals', 'HTTPS://Example.ORG/A', ['HTTPS://Example.ORG/A → https://example.org/A']],
    ['no path', 'https://example.org', ['https://example.org → https://example.org/']],
    ['a query and a fragment', 'https://example.org/?q=1&r=2#here', ['https://example.org/?q=1&r=2#here']],
    ['a port', 'http://localhost:3000/a', ['http://localhost:3000/a']],
    ['an IPv4 address', 'http://127.0.0.1/a', ['http://127.0.0.1/a']],
    ['an IPv6 address', 'http://[::1]:80/a', ['http://[::1]:80/a → http://[::1]/a']],
    ['one label', 'http://intranet/', ['http://intranet/']],
    ['www', 'www.example.org', ['www.example.org → https://www.example.org/']],
    ['www in capitals', 'WWW.EXAMPLE.ORG/x', ['WWW.EXAMPLE.ORG/x → https://www.example.org/x']],
    ['a bare domain', 'example.com', ['example.com → https://example.com/']],
    ['a bare domain with a path', 'example.org/a?b#c', ['example.org/a?b#c → https://example.org/a?b#c']],
    ['a bare domain with a port', 'example.org:8080/a', ['example.org:8080/a → https://example.org:8080/a']],
    ['a bare domain of many labels', 'a.b.c.example.edu', ['a.b.c.example.edu → https://a.b.c.example.edu/']],
    ['a bare domain that ends like a file, with a path', 'example.md/a', ['example.md/a → https://example.md/a']],
    ['a country', 'bbc.co.uk', ['bbc.co.uk → https://bbc.co.uk/']],
    ['a country and a path', 'heise.de/a', ['heise.de/a → https://heise.de/a']],
    ['a newer top-level domain', 'my-app.vercel.app', ['my-app.vercel.app → https://my-app.vercel.app/']],
    ['a bare domain of other letters', 'bücher.com', ['bücher.com → https://xn--bcher-kva.com/']],
    ['mail', 'ana@example.org', ['ana@example.org → mailto:ana@example.org']],
    [
      'mail with signs',
      'a.n-a+tag_1@mail.example.org',
      ['a.n-a+tag_1@mail.example.org → mailto:a.n-a+tag_1@mail.example.org'],
    ],
    ['mail with its scheme', 'mailto:ana@example.org', ['mailto:ana@example.org']],
    ['mail after a colon', 'Mail:ana@example.org', ['ana@example.org → mailto:ana@example.org']],
    ['several', 'a@b.example,c@d.example', ['a@b.example → mailto:a@b.example', 'c@d.example → mailto:c@d.example']],
    ['on lines', 'https://a.example/\nhttps://b.example/', ['https://a.example/', 'https://b.example/']],
    ['an address in an address', 'https://a.example/https://b.example/', ['https://a.example/https://b.example/']],
    ['percent signs', 'https://example.org/%20%zz', ['https://example.org/%20%zz']],
    ['other letters', 'https://example.org/straße', ['https://example.org/straße → https://example.org/stra%C3%9Fe']],

    // The ends of links.
    ['a full stop', 'See https://example.org/a.', ['https://example.org/a']],
    ['a comma', 'https://example.org/a, and', ['https://example.org/a']],
    ['many stops', 'https://example.org/a?!...', ['https://example.org/a']],
    ['an ellipsis', 'https://example.org/a…', ['https://example.org/a']],
    ['brackets around it', '(https://example.org/a)', ['https://example.org/a']],
    ['brackets in it', 'https://example.org/a_(b)', ['https://example.org/a_(b)']],
    ['both', '(https://example.org/a_(b))', ['https://example.org/a_(b)']],
    ['both, and a stop', '(see https://example.org/a_(b)).', ['https://example.org/a_(b)']],
    ['square brackets', '[https://example.org/a[1]]', ['https://example.org/a[1]']],
    ['curly brackets', '{https://example.org/a}', ['https://example.org/a']],
    ['angle brackets', '<https://example.org/a>', ['https://example.org/a']],
    ['Markdown', '[text](https://example.org/a)', ['https://example.org/a']],
    ['bold in Markdown', '**https://example.org/a**', ['https://example.org/a']],
    ['quotes', '"https://example.org/a"', ['https://example.org/a']],
    ['typographic quotes', '“https://example.org/a”', ['https://example.org/a']],
    ['single quotes', "'https://example.org/a'", ['https://example.org/a']],
    ['an attribute', 'href="https://example.org/a" onclick="x"', ['https://example.org/a']],
    ['CJK stops', '看https://example.org/a。好', []],
    ['CJK stops after a blank', '看 https://example.org/a。好', ['https://example.org/a']],
    ['full-width brackets', '（https://example.org/a）', ['https://example.org/a']],
    ['mail before a stop', 'Write to ana@example.org.', ['ana@example.org → mailto:ana@example.org']],
    ['mail before a path', 'ana@example.org/a', ['ana@example.org → mailto:ana@example.org']],
    ['a bare domain before a stop', 'See example.com: good', ['example.com → https://example.com/']],
    ['an apostrophe s', "example.com's", ['example.com → https://example.com/']],

    // Texts that are no links.
    ['nothing', '', []],
    ['words', 'Hello. How are you? 10:30', []],
    ['a scheme alone', 'https:// http://', []],
    ['stops for a host', 'https://... www... www.', []],
    ['a host that is none', 'https://exa%mple.org/ http://a b', ['http://a → http://a/']],
    ['names of files', 'node.js, main.rs, README.md, run.sh, a.txt', []],
    ['a sentence after a missing blank', 'Done.Is it? Yes.No', []],
    ['versions and numbers', 'v1.2.3 10.30 3.14 1.000,50', []],
    ['abbreviations', 'e.g. z.B. i.e. U.S. a.m.', []],
    ['a bare domain that goes on', 'example.com.invalid example.com-x', []],
    ['the tail of a word', 'xhttps://example.org/', []],
    ['a handle', '@ana@example.org', []],
    ['mail with other letters', 'jürgen@example.org', []],
    ['mail without a domain', 'ana@localhost ana@ @example', []],
    ['a name that is too long for mail', `${'a'.repeat(65)}@example.invalid`, []],
    ['an address that is too long', `https://example.org/${'a'.repeat(2_048)}`, []],
    ['javascript', 'javascript:alert(1)', []],
    ['javascript in capitals', 'JaVaScRiPt:alert(1)', []],
    ['javascript with slashes', 'javascript://example.org/%0aalert(1)', []],
    ['data', 'data:text/html,<script>alert(1)</script>', []],
    ['vbscript', 'vbscript:msgbox(1)', []],
    ['file, ftp, blob', 'file:///etc/passwd ftp://a.example/ blob:https:1', []],
    ['no scheme', '//example.org/a', []],

    // Deceptive addresses.
    ['a user name', 'https://bank.com@evil.example/', []],
    ['a user name and a password', 'https://a:b@evil.example/', []],
    ['a backslash', 'https://bank.com\\@evil.example/', ['https://bank.com → https://bank.com/']],
    ['a right-to-left override in it', 'https://example.org/\u202Ecod.exe', ['https://example.org/']],
    ['one in the host', 'https://exa\u202Emple.test/', ['https://exa → https://exa/']],
    ['one before it', '\u202Ehttps://example.org/', ['https://example.org/']],
    ['isolates', 'https://example.org/\u2067x\u2069', ['https://example.org/']],
    ['marks', 'https://example.org/\u200Fx\u061Cy', ['https://example.org/']],
    ['a zero-width space', 'https://bank.com\u200B.evil.example/', ['https://bank.com → https://bank.com/']],
    ['a soft hyphen', 'https://bank.com\u00AD.evil.example/', ['https://bank.com → https://bank.com/']],
    [
      'a word joiner and a BOM',
      'https://a.example/\u2060b \uFEFFhttps://c.example/',
      ['https://a.example/', 'https://c.example/'],
    ],
    ['control characters', 'https://a.example/\u0000b\u0007c\u007F\u009F', ['https://a.example/']],
    ['tags', 'https://a.example/\u{E0061}\u{E007F}', ['https://a.example/']],
    ['half of a pair', 'https://a.example/\uD800', ['https://a.example/']],
    ['letters that look like others', 'https://аррӏе.com/', ['https://аррӏе.com/ → https://xn--80ak6aa92e.com/']],
    ['the same in punycode', 'https://xn--80ak6aa92e.com/', ['https://xn--80ak6aa92e.com/']],
    ['a full-width stop', 'https://example.org．evil.example', ['https://example.org → https://example.org/']],
    ['an ideographic stop', 'https://example.org。evil.example', ['https://example.org → https://example.org/']],
    ['a full-width slash', 'https://example.org／evil', ['https://example.org → https://example.org/']],
    ['headers of mail', 'ana@example.org?bcc=bo', ['ana@example.org → mailto:ana@example.org']],
    [
      'a name of mail that is a domain',
      'bank.com@evil.example',
      ['bank.com@evil.example → mailto:bank.com@evil.example'],
    ],
    ['two signs of mail', 'ana@example.org@evil.example', []],
    ['an attribute that breaks out', 'https://a.example/"onmouseover="alert(1)', ['https://a.example/']],
    ['a tag that breaks out', 'https://a.example/</a><img/src=x>', ['https://a.example/']],
    ['javascript before it', 'javascript:https://a.example/', ['https://a.example/']],
    ['a number for a host', 'http://0x7f.1/', ['http://0x7f.1/ → http://127.0.0.1/']],
  ])('B128 only safe addresses in a text become links (%s): %j', (_, text, links) => {
    expect(linksIn(text)).toEqual(links);
    expect(
      findLinks(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });

  it('B128 a run without a break that is longer than 4,096 UTF-16 units holds no link', () => {
    expect(linksIn(`${'x,'.repeat(2_048)}https://a.example/`)).toEqual([]);
  });

  it('B128 the pieces of a text with links know their offsets', () => {
    expect(findLinks('a www.b.example c').map(({ start }) => start)).toEqual([0, 2, 15]);
  });

  it.each([
    ['one word', 'a', ''],
    ['labels', 'a.', ''],
    ['signs of mail', 'a@', ''],
    ['mail without an end', 'a@b.', ''],
    ['mail with labels', 'a.', 'x@'],
    ['www', 'www.', ''],
    ['schemes', 'https://', ''],
    ['schemes of mail', 'mailto:', ''],
    ['opening brackets', '(', 'https://a.example/'],
    ['closing brackets', ')', 'https://a.example/'],
    ['stops', '.', 'https://a.example/'],
    ['mixed stops', '!www.', ''],
    ['hyphens', '-a.com', ''],
    ['ports', 'a.com:', ''],
    ['plus signs', '+a', ''],
    ['links', 'http://a.example ', ''],
    ['combining marks', '\u0301', 'https://a.example/a'],
    ['pairs', '😀', 'www.'],
  ])('finding links in 1 MB of %s takes a number of steps in proportion to its length', (_, unit, before) => {
    const steps = (length: number): number => {
      const exec = vi.spyOn(RegExp.prototype, 'exec');
      const text = before + unit.repeat(Math.ceil(length / unit.length));
      const pieces = findLinks(text);
      const count = exec.mock.calls.length + pieces.length;
      exec.mockRestore();
      return count;
    };
    steps(1_000_000);
    expect(steps(20_000)).toBeLessThanOrEqual(2 * steps(10_000) + 10);
  });
});

describe('an address of a link', () => {
  it.each([
    ['https://example.org', 'https://example.org/'],
    [' https://example.org/\n', 'https://example.org/'],
    ['mailto:ana@example.org', 'mailto:ana@example.org'],
    ['tel:+49-89-1', 'tel:+49-89-1'],
    ['java\nscript:alert(1)', undefined],
    ['\u0001javascript:alert(1)', undefined],
    ['https:/a', 'https://a/'],
    ['https://a:b@c.example/', undefined],
    ['//example.org', undefined],
    ['/a', undefined],
    ['', undefined],
    ['sms:+49', undefined],
    ['ht\u00A0tps://a.example', undefined],
  ])('B128 the address %j becomes %j', (address, href) => {
    expect(safeHref(address)).toBe(href);
  });
});
