/** Shadow roots with styles, in the document of their host. */

/** The open shadow root of an element, which is attached when it is first needed. */
export function shadowRootOf(host: HTMLElement): ShadowRoot {
  return host.shadowRoot ?? host.attachShadow({ mode: 'open' });
}

/**
 * Adds a style sheet to a shadow root. It needs no `unsafe-inline` in a Content Security Policy. Returns a function that
 * removes it.
 */
export function adoptStyles(root: ShadowRoot, css: string): () => void {
  const view = root.host.ownerDocument.defaultView;
  if (view === null || !('adoptedStyleSheets' in root)) return () => {};
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  return () => {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet);
  };
}
