/** Reports messages as displayed once they were in view. */

import { type InstantMessagingFlow, watchAttention } from '@imflow/react';
import { viewOf } from '../internal/realm.ts';

/** The time that a message has to be in view before it counts as read, in ms. */
const MIN_VIEW_TIME = 500;

/** Watches the middle of a received message. Returns a function that stops. */
export type ObserveMessage = (middle: Element, id: string) => () => void;

/**
 * Reports messages as displayed once they were in view for a moment, in a document that the user looks at. It holds
 * an observer and a timer only while it has something to watch.
 */
export function createReadReceiptObserver(flow: InstantMessagingFlow): ObserveMessage {
  const ids = new Map<Element, string>();
  // The time since which each message has been in view with the user's attention.
  const inView = new Map<Element, number>();
  let attentive = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let observer: IntersectionObserver | undefined;
  let unwatch: (() => void) | undefined;

  /** The observers, by the window that shows the list, which need not be that of the page. */
  function start(first: Element): IntersectionObserver {
    unwatch = watchAttention((now) => {
      attentive = now;
      // The time counts only while the user looks.
      for (const middle of inView.keys()) inView.set(middle, performance.now());
      clearTimeout(timer);
      timer = undefined;
      arm();
    }, first.ownerDocument);
    const Observer = viewOf(first)?.IntersectionObserver ?? IntersectionObserver;
    // Relative to the page's viewport, so that a list that is itself out of view reports nothing.
    return new Observer((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!ids.has(target)) continue;
        if (isIntersecting) inView.set(target, performance.now());
        else inView.delete(target);
      }
      arm();
    });
  }

  function stop(): void {
    observer?.disconnect();
    observer = undefined;
    unwatch?.();
    clearTimeout(timer);
    timer = undefined;
  }

  function arm(): void {
    if (attentive && inView.size > 0) timer ??= setTimeout(report, MIN_VIEW_TIME);
  }

  function report(): void {
    timer = undefined;
    let newest: string | undefined;
    let newestOrder = Number.NEGATIVE_INFINITY;
    for (const [middle, since] of inView) {
      const order = orderOf(middle);
      if (order <= newestOrder || performance.now() - since < MIN_VIEW_TIME - 1) continue;
      if (isVisible(middle)) {
        newest = ids.get(middle);
        newestOrder = order;
      } else {
        inView.set(middle, performance.now());
      }
    }
    // One receipt covers all older messages.
    for (const middle of inView.keys()) {
      if (orderOf(middle) <= newestOrder) inView.delete(middle);
    }
    if (newest !== undefined) flow.markDisplayed(newest);
    arm();
  }

  function orderOf(middle: Element): number {
    return flow.messages.get(ids.get(middle) ?? '')?.order ?? Number.NEGATIVE_INFINITY;
  }

  return (middle, id) => {
    observer ??= start(middle);
    ids.set(middle, id);
    observer.observe(middle);
    return () => {
      observer?.unobserve(middle);
      ids.delete(middle);
      inView.delete(middle);
      if (ids.size === 0) stop();
    };
  };
}

/**
 * Whether an element is visible. An observer reports its position, not whether a style hides it. Older browsers cannot tell.
 */
function isVisible(element: Element): boolean {
  return element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true;
}
