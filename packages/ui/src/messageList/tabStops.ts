/** Roving tab index over the rows of the message list. */

import { viewOf } from './scroll/geometry.ts';

/** Elements that may scroll within a message, which some browsers make tab stops. */
const SCROLLERS = 'pre,table,[style*="overflow"]';
/** The elements that the Tab key stops at. */
const STOPS =
  'a[href],area[href],button,input,select,textarea,summary,iframe,object,embed,audio[controls],video[controls],[tabindex],' +
  `[contenteditable]:not([contenteditable="false"]),${SCROLLERS}`;

/**
 * Makes a list of rows a single tab stop: Tab skips the content of rows, except in the focused row. Rows
 * change at any time (a body that is fetched, "Show more"), and contain elements of applications and of messages. The
 * list therefore observes the elements themselves, not the components that rendered them.
 */
export function createTabStops(): { readonly attach: (list: HTMLElement | null) => void } {
  let list: HTMLElement | undefined;
  let observer: MutationObserver | undefined;
  let active: Element | undefined;
  // The elements that the Tab key skips, with their original `tabindex`.
  const passed = new WeakMap<Element, string | null>();

  function rowOf(node: EventTarget | null): Element | undefined {
    let element = node as Element | null;
    while (element && element.parentElement !== list) element = element.parentElement;
    return element ?? undefined;
  }

  function pass(element: Element): void {
    if (isPassedAnyway(element)) return;
    passed.set(element, element.getAttribute('tabindex'));
    element.setAttribute('tabindex', '-1');
  }

  function passAll(within: Element): void {
    if (within.matches(STOPS)) pass(within);
    for (const element of within.querySelectorAll(STOPS)) pass(element);
  }

  function restoreAll(within: Element): void {
    for (const element of within.querySelectorAll('[tabindex]')) {
      const before = passed.get(element);
      if (before === undefined) continue;
      passed.delete(element);
      if (before === null) element.removeAttribute('tabindex');
      else element.setAttribute('tabindex', before);
    }
  }

  function activate(row: Element | undefined): void {
    if (row === active) return;
    if (active) passAll(active);
    active = row;
    if (row) restoreAll(row);
  }

  function onMutations(records: readonly MutationRecord[]): void {
    for (const { type, target, addedNodes } of records) {
      if (type === 'attributes') {
        if (!active?.contains(target) && (target as Element).matches(STOPS)) pass(target as Element);
        continue;
      }
      for (const node of addedNodes)
        if (node.nodeType === node.ELEMENT_NODE && !active?.contains(node)) passAll(node as Element);
    }
  }

  const onFocusIn = ({ target }: Event): void => activate(rowOf(target));
  const onFocusOut = ({ relatedTarget }: FocusEvent): void => activate(rowOf(relatedTarget));

  return {
    attach(next) {
      observer?.disconnect();
      list?.removeEventListener('focusin', onFocusIn);
      list?.removeEventListener('focusout', onFocusOut);
      [list, observer, active] = [next ?? undefined, undefined, undefined];
      const realm = next && viewOf(next);
      if (!next || !realm) return;
      observer = new realm.MutationObserver(onMutations);
      observer.observe(next, {
        childList: true,
        subtree: true,
        attributeFilter: ['href', 'contenteditable', 'controls'],
      });
      next.addEventListener('focusin', onFocusIn);
      next.addEventListener('focusout', onFocusOut);
      for (const row of next.children) passAll(row);
    },
  };
}

/** Whether the Tab key skips an element that matches `STOPS` in any case. */
function isPassedAnyway(element: Element): boolean {
  const tabIndex = element.getAttribute('tabindex');
  if (tabIndex !== null) return Number(tabIndex) < 0;
  if (!element.matches(SCROLLERS)) return false;
  return element.scrollWidth <= element.clientWidth && element.scrollHeight <= element.clientHeight;
}
