/** Warnings about the page around the components, in development only. */

// Bundlers replace it by a text. Modules that a browser loads without a bundler have no such object.
declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** How long the page has to load its style sheets and to find its layout, in ms. */
const SETTLE_TIME = 1_000;

export interface LayoutWarnings {
  /**
   * Names a style sheet that is missing, and a message list that is as high as its messages. Returns a function that ends
   * the observation.
   */
  readonly list: (viewport: HTMLElement) => () => void;
}

/** Undefined in production builds, which leave the sentences out. */
export const warnings: LayoutWarnings | undefined = /* @__PURE__ */ createWarnings();

function createWarnings(): LayoutWarnings | undefined {
  try {
    if (process.env.NODE_ENV !== 'production') {
      const shown = new Set<string>();
      const warn = (sentence: string): void => {
        if (shown.has(sentence)) return;
        shown.add(sentence);
        // oxlint-disable-next-line no-console -- for the developer of the application
        console.warn(`imflow: ${sentence}`);
      };
      const check = (viewport: HTMLElement, view: Window): void => {
        // Nothing is known of what is not displayed.
        if (viewport.getClientRects().length === 0) return;
        if (view.getComputedStyle(viewport).getPropertyValue('--imflow-font') === '') {
          warn(
            "The style sheet of the components is missing. Import '@imflow/ui/styles.css' once; in a shadow root, put its text inside it. A page with a style sheet of its own defines --imflow-font.",
          );
        } else if (isAsHighAsContent(viewport) && viewport.clientHeight > view.innerHeight) {
          warn(
            'A message list is as high as its messages, so that it cannot scroll and renders all of them. Give an element around it a height, such as block-size: 100dvh.',
          );
        }
      };
      return {
        list(viewport) {
          const view = viewport.ownerDocument.defaultView;
          if (view === null || !('ResizeObserver' in view)) return () => {};
          let timer: number | undefined;
          const plan = (): void => {
            timer ??= view.setTimeout(() => {
              timer = undefined;
              check(viewport, view);
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
    // Without a bundler, nothing tells development from production.
  }
  return undefined;
}

/** Whether nothing but its content gives an element its height. Where content is less, it leaves room. */
function isAsHighAsContent({ clientHeight, scrollHeight, children }: HTMLElement): boolean {
  let content = 0;
  for (const child of Array.from(children)) content += child.getBoundingClientRect().height;
  return scrollHeight <= clientHeight && Math.ceil(content) >= clientHeight;
}
