import { type InstantMessagingFlow, watchAttention } from '@imflow/react';

/** How long a message has to be in view before it counts as read, in ms. */
const DWELL = 500;

/** Watches the middle of a received message. Returns a function that stops. */
export type ObserveMessage = (middle: Element, id: string) => () => void;

/**
 * Reports messages as displayed once they were in view for a moment, in a document that the user looks at. It holds
 * an observer and a timer only while it has something to watch.
 */
export function createDisplayReports(flow: InstantMessagingFlow): ObserveMessage {
  const ids = new Map<Element, string>();
  // When each one came into view under the user's eyes.
  const inView = new Map<string, number>();
  let attentive = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let observer: IntersectionObserver | undefined;
  let unwatch: (() => void) | undefined;

  function start(): IntersectionObserver {
    unwatch = watchAttention((now) => {
      attentive = now;
      // Time counts from when the user looks.
      for (const id of inView.keys()) inView.set(id, performance.now());
      clearTimeout(timer);
      timer = undefined;
      arm();
    });
    // Relative to the page's viewport, so that a list that is itself out of view reports nothing.
    return new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const id = ids.get(target);
        if (id === undefined) continue;
        if (isIntersecting) inView.set(id, performance.now());
        else inView.delete(id);
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
    if (attentive && inView.size > 0) timer ??= setTimeout(report, DWELL);
  }

  function report(): void {
    timer = undefined;
    let newest: string | undefined;
    let newestOrder = Number.NEGATIVE_INFINITY;
    for (const [id, since] of inView) {
      const order = flow.messages.get(id)?.order;
      if (order !== undefined && order > newestOrder && performance.now() - since >= DWELL - 1) {
        newest = id;
        newestOrder = order;
      }
    }
    // One report covers all that is older.
    for (const id of inView.keys()) {
      if ((flow.messages.get(id)?.order ?? newestOrder) <= newestOrder) inView.delete(id);
    }
    if (newest !== undefined) flow.markDisplayed(newest);
    arm();
  }

  return (middle, id) => {
    observer ??= start();
    ids.set(middle, id);
    observer.observe(middle);
    return () => {
      observer?.unobserve(middle);
      ids.delete(middle);
      inView.delete(id);
      if (ids.size === 0) stop();
    };
  };
}
