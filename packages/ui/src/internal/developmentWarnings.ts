/** Warnings about the page around the components, in development only. */

// Bundlers replace `process.env.NODE_ENV` by a string. In a browser without a bundler, there is no `process`.
declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** How long the page has to load its style sheets and to find its layout, in ms. */
const SETTLE_TIME = 1_000;

/** How many elements are checked together. With a stopped clock, as in tests, no more are kept. */
const MAX_ELEMENTS = 1_000;

export interface LayoutWarnings {
  /** The ref of an element of a component. Warns once per document if the style sheet is missing. */
  readonly part: (element: Element | null) => void;
  /** Warns about a message list that is as high as its messages. Returns a function that ends the observation. */
  readonly list: (viewport: HTMLElement) => () => void;
}

/** Undefined in production builds, which leave the sentences out. */
export const warnings: LayoutWarnings | undefined = /* @__PURE__ */ createWarnings();

function createWarnings(): LayoutWarnings | undefined {
  try {
    if (process.env.NODE_ENV !== 'production') {
      const shown = new WeakMap<Document, Set<string>>();
      /** Elements that appeared within the last second. */
      let appeared = new Set<Element>();
      const warn = ({ ownerDocument }: Element, sentence: string): void => {
        const known = shown.get(ownerDocument) ?? new Set();
        if (known.has(sentence)) return;
        shown.set(ownerDocument, known.add(sentence));
        // oxlint-disable-next-line no-console -- for the developer of the application
        console.warn(`imflow: ${sentence}`);
      };
      const checkParts = (): void => {
        const roots = new Set<Node>();
        for (const element of appeared) {
          const root = element.getRootNode();
          // One element represents its document or shadow root. Elements that are not displayed have no styles to check.
          if (roots.has(root) || !isDisplayed(element)) continue;
          roots.add(root);
          if (!isStyled(element)) {
            warn(
              element,
              "The style sheet of the components is missing. Import '@imflow/ui/styles.css' once; in a shadow root, put its text inside it. A page with a style sheet of its own defines --imflow-font.",
            );
          }
        }
        appeared = new Set();
      };
      const checkList = (viewport: HTMLElement, view: Window): void => {
        if (!isDisplayed(viewport) || !isStyled(viewport)) return;
        if (isAsHighAsContent(viewport) && viewport.clientHeight > view.innerHeight) {
          warn(
            viewport,
            'A message list is as high as its messages, so that it cannot scroll and renders all of them. Give an element around it a height, such as block-size: 100dvh.',
          );
        }
      };
      return {
        part(element) {
          if (element === null) return;
          if (appeared.size === 0) setTimeout(checkParts, SETTLE_TIME);
          if (appeared.size < MAX_ELEMENTS) appeared.add(element);
        },
        list(viewport) {
          const view = viewport.ownerDocument.defaultView;
          if (view === null || !('ResizeObserver' in view)) return () => {};
          let timer: number | undefined;
          const plan = (): void => {
            timer ??= view.setTimeout(() => {
              timer = undefined;
              checkList(viewport, view);
            }, SETTLE_TIME);
          };
          const observer = new view.ResizeObserver(plan);
          observer.observe(viewport);
          plan();
          return () => {
            observer.disconnect();
            view.clearTimeout(timer);
          };
        },
      };
    }
  } catch {
    // Without a bundler, development cannot be distinguished from production.
  }
  return undefined;
}

function isDisplayed(element: Element): boolean {
  return element.getClientRects().length > 0;
}

/** Whether a style sheet of the components, or of the page, defines their font. */
function isStyled(element: Element): boolean {
  const view = element.ownerDocument.defaultView;
  return view !== null && view.getComputedStyle(element).getPropertyValue('--imflow-font') !== '';
}

/** Whether the content alone determines the height of an element. Shorter content would leave empty room otherwise. */
function isAsHighAsContent({ clientHeight, scrollHeight, children }: HTMLElement): boolean {
  let content = 0;
  for (const child of Array.from(children)) content += child.getBoundingClientRect().height;
  return scrollHeight <= clientHeight && Math.ceil(content) >= clientHeight;
}
