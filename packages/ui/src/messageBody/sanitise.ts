/** Sanitises HTML bodies with DOMPurify. */

import createDOMPurify, { type Config } from 'dompurify';
import { findLinks, safeHref } from './links.ts';

/** Allowed elements: formatting, lists, quotes, code, links. Other elements are removed, and their text is kept. */
const ELEMENTS = [
  'a abbr b blockquote br cite code dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p',
  'pre q s samp small span strike strong sub sup u ul var',
].flatMap((names) => names.split(' '));

/** Elements that are removed with their content, which is not for reading or has no meaning outside of them. */
const WITH_CONTENT = [
  'audio canvas embed head iframe math noembed noframes noscript object option plaintext script select',
  'style svg template textarea title video xmp',
].flatMap((names) => names.split(' '));

const CONFIG: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: ELEMENTS,
  ALLOWED_ATTR: ['href'],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ALLOWED_NAMESPACES: ['http://www.w3.org/1999/xhtml'],
  FORBID_CONTENTS: WITH_CONTENT,
  RETURN_DOM_FRAGMENT: true,
};

// A separate instance, since the application may have configured the shared one.
// oxlint-disable-next-line no-restricted-globals -- It parses in documents of its own, in any window.
const purify = createDOMPurify(window);
purify.addHook('uponSanitizeElement', (node, { tagName }) => {
  keepReadable(node as Element, tagName);
});

/** The text that remains of a removed element: the alternative text of a picture, and the gaps between cells. */
function keepReadable(element: Element, tagName: string): void {
  if (tagName === 'img') element.before(element.getAttribute('alt') ?? '');
  if (tagName === 'td' || tagName === 'th') element.append(' ');
  if (tagName === 'tr') element.append(element.ownerDocument.createElement('br'));
}

/**
 * Whether the page allows markup to be parsed. A page that enforces Trusted Types may forbid it, and each attempt is
 * reported to the owner of the page.
 */
const isMarkupAllowed = ((): boolean => {
  if (!purify.isSupported) return false;
  try {
    return purify.sanitize('<b>b</b>', CONFIG).textContent === 'b';
  } catch {
    return false;
  }
})();

/**
 * Sanitises an HTML body for insertion into a page; undefined if the sanitiser does not work here, or nothing readable
 * is left.
 */
export function sanitise(html: string): DocumentFragment | undefined {
  // In an unsupported browser, DOMPurify returns its input unchanged.
  if (!isMarkupAllowed) return undefined;
  try {
    const content = purify.sanitize(html, CONFIG);
    for (const link of content.querySelectorAll('a')) guard(link);
    return content.textContent.trim() === '' ? undefined : content;
  } catch {
    // DOMPurify throws on this markup.
    return undefined;
  }
}

/** A link leads to an allowed address, opens a new window, and its text shows no different address. */
function guard(link: HTMLAnchorElement): void {
  const href = safeHref(link.getAttribute('href') ?? '');
  if (href === undefined) return link.removeAttribute('href');
  link.href = href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  const said = findLinks(link.textContent).find((piece) => piece.href !== undefined)?.href;
  if (said !== undefined && placeOf(said) !== placeOf(href)) link.append(` (${placeOf(href)})`);
}

/** The readable target of an address. A domain is in its ASCII form, however it is written. */
function placeOf(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  if (protocol === 'http:' || protocol === 'https:') return host.replace(/^www\./, '');
  const at = pathname.lastIndexOf('@');
  return at < 0 ? pathname : `${pathname.slice(0, at)}@${hostOf(pathname.slice(at + 1))}`;
}

/** The domain of a mail address, which a browser does not encode as it does that of a web address. */
function hostOf(domain: string): string {
  try {
    return new URL(`https://${decodeURIComponent(domain)}`).host;
  } catch {
    return domain;
  }
}
