import type { InstantMessagingFlow } from '@imflow/core';

/**
 * Calls back with the attention of the local user: whether a document is visible and has the focus. Calls back at once
 * and with each change. Returns a function that stops. Where there is no document, as in a native application, the user
 * always counts as looking.
 *
 * @param shownIn Default: the document of this page. For an element, pass its `ownerDocument`: the element may be in
 * another window, by a portal.
 */
export function watchAttention(listener: (attentive: boolean) => void, shownIn?: Document): () => void {
  const page = shownIn ?? globalThis.document;
  if (!page) {
    listener(true);
    return () => {};
  }
  // The window is kept here: once it is closed, `defaultView` of its document is null.
  const view = page.defaultView;
  const report = (): void => listener(page.visibilityState === 'visible' && page.hasFocus());
  const each = (act: 'addEventListener' | 'removeEventListener'): void => {
    page[act]('visibilitychange', report);
    for (const event of ['focus', 'blur', 'pagehide']) view?.[act](event, report);
  };
  each('addEventListener');
  report();
  return () => each('removeEventListener');
}

/** A document that shows a flow. */
interface View {
  count: number;
  attentive: boolean;
  stop: () => void;
}

const views = new WeakMap<InstantMessagingFlow, Map<Document | undefined, View>>();

/**
 * Registers a document as one that shows a flow, and keeps `flow.setAttention` up to date: the user is looking while any
 * of the flow's documents is visible and has the focus. Providers and hooks register the document of the page. Call it
 * for a part that is rendered into another window by a portal; the kit's message list does so.
 *
 * @param shownIn Default: the document of this page.
 * @returns a function that unregisters it.
 */
export function trackAttention(flow: InstantMessagingFlow, shownIn?: Document): () => void {
  const page = shownIn ?? globalThis.document;
  const all = views.get(flow) ?? new Map<Document | undefined, View>();
  views.set(flow, all);
  const view: View = all.get(page) ?? { count: 0, attentive: false, stop: () => {} };
  view.count += 1;
  if (view.count === 1) {
    all.set(page, view);
    view.stop = watchAttention((attentive) => {
      view.attentive = attentive;
      flow.setAttention([...all.values()].some((each) => each.attentive));
    }, page);
  }
  let tracked = true;
  return () => {
    if (!tracked) return;
    tracked = false;
    view.count -= 1;
    if (view.count > 0) return;
    view.stop();
    all.delete(page);
    // While no document shows the flow, the last value is kept: a headless application sets its own.
    if (all.size > 0) flow.setAttention([...all.values()].some((each) => each.attentive));
  };
}
