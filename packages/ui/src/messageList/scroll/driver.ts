'use client';

/** Connects the scroll engine to the DOM. */

import type { InstantMessagingFlow } from '@imflow/react';
import { flushSync } from 'react-dom';
import { firstUnread } from '../firstUnread.ts';
import { createFrameBatchedOrder } from '../frameBatchedOrder.ts';
import { createTabStops } from '../tabStops.ts';
import { type Geometry, measureList, metricsOf, viewOf } from './geometry.ts';
import { loadOlderPage } from './paginate.ts';
import { createPlaceGuard } from './placeGuard.ts';
import { createScrollAnchor } from './scrollAnchor.ts';
import type { Scroller } from './scroller.types.ts';
import { selectedMessages } from './selectedMessages.ts';
import { createSizeObserver } from './sizeObserver.ts';
import { indexAt, offsetOf, withSizes } from './sizeCache.ts';
import { INITIAL_STATE, scrollReducer } from './state.ts';
import type { Metrics, Rows, ScrollEffect, ScrollEvent } from './state.types.ts';

/** A row whose top is at most this far above the view counts as visible, in px. */
const VISIBLE_TOLERANCE = 8;
/** The list is idle when it has not moved for this long, in ms. */
const IDLE_DELAY = 120;

/** Programmatic scrolling is immediate, and the browser's own scroll anchoring is off. */
const OWN_SCROLLING = [
  ['overflow-anchor', 'none'],
  ['scroll-behavior', 'auto'],
  ['scroll-snap-type', 'none'],
] as const;

/** Connects the scroll engine (`state.ts`) to the document, for one conversation. */
export function createScroller(flow: InstantMessagingFlow): Scroller {
  const source = createFrameBatchedOrder(flow, requestFrame);
  const sizeObserver = createSizeObserver(onResize);
  const anchor = createScrollAnchor();
  const placeGuard = createPlaceGuard(onRowGone);
  const tabStops = createTabStops();
  const rowListeners = new Set<() => void>();
  const endListeners = new Set<() => void>();
  const moveListeners = new Set<() => void>();
  let state = INITIAL_STATE;
  let viewport: HTMLElement | null = null;
  let list: HTMLElement | null = null;
  // The rows that are in the document; others may be about to be rendered.
  let committed: Rows | undefined;
  let geometry: Geometry | undefined;
  let isMeasuring = false;
  let mustMeasureAgain = false;
  let spacers = '';
  let idleTimer: number | undefined;
  let unsubscribe: (() => void) | undefined;
  // The conversation was shown before this change: the reader sees new messages arrive.
  let isLive = false;

  function dispatch(event: ScrollEvent): void {
    const wasAtEnd = state.position.at === 'end';
    const transition = scrollReducer(state, event);
    state = transition.state;
    for (const effect of transition.effects) perform(effect);
    if ((state.position.at === 'end') !== wasAtEnd) for (const listener of endListeners) listener();
  }

  function perform(effect: ScrollEffect): void {
    switch (effect.type) {
      case 'setScrollTop':
        return scrollTo(effect.top);
      case 'scrollBy':
        return scrollTo((viewport?.scrollTop ?? 0) + effect.by);
      case 'setSpacers':
        return setSpacers(effect.before, effect.after);
      case 'render':
        for (const listener of rowListeners) listener();
        return;
      case 'measure':
        return measure();
      case 'anchor':
        return setAnchor(effect.candidates, effect.isMeasured);
      case 'focus':
        messageIn(rowOf(effect.id))?.focus({ preventScroll: true });
        return;
      case 'moved':
        for (const listener of moveListeners) listener();
        return;
      case 'loadOlder':
        return loadOlderPage(flow);
      case 'startIdleTimer':
        return startIdleTimer();
      case 'requestFrame':
        requestFrame(() => dispatch({ type: 'frame' }));
    }
  }

  function requestFrame(callback: () => void): () => void {
    // oxlint-disable-next-line no-restricted-globals -- Without a viewport there is no element to ask.
    const view = viewport ? viewOf(viewport) : window;
    const frame = view?.requestAnimationFrame(callback);
    return () => {
      if (frame !== undefined) view?.cancelAnimationFrame(frame);
    };
  }

  function scrollTo(top: number): void {
    if (!viewport) return;
    viewport.scrollTo({ top, behavior: 'instant' });
    dispatch({ type: 'positioned', scrollTop: viewport.scrollTop });
  }

  function setSpacers(before: number, after: number): void {
    // The spacers around rows that are not in the document yet are set once these rows are.
    if (!list || state.rows !== committed) return;
    const next = `${before}px ${after}px`;
    if (next !== spacers) list.style.paddingBlock = next;
    spacers = next;
  }

  function setAnchor(candidates: readonly string[], isMeasured: boolean): void {
    if (candidates.length === 0) return anchor.clear();
    // A viewport that has just lost its box keeps its state.
    if (!viewport || !geometry || metricsOf(viewport).clientHeight === 0) return;
    const { topInView } = geometry;
    const elements = candidates.map((id) => messageIn(rowOf(id))).filter((element) => element !== undefined);
    const element = elements.find((each) => topInView(each) >= 0) ?? elements.at(-1);
    if (element) anchor.set(element, geometry, isMeasured ? 0 : anchor.shift(geometry));
    else anchor.clear();
  }

  function startIdleTimer(): void {
    const view = viewport && viewOf(viewport);
    if (!view) return;
    view.clearTimeout(idleTimer);
    idleTimer = view.setTimeout(() => {
      dispatch({ type: 'idle', metrics: metrics() });
      settle();
      const { cursor } = state;
      if (viewport && state.hasBox && cursor) placeGuard.watch(viewport, rowOf(cursor.id));
    }, IDLE_DELAY);
  }

  function metrics(): Metrics | undefined {
    return viewport ? metricsOf(viewport) : undefined;
  }

  function settle(): void {
    if (viewport) dispatch({ type: 'settled', metrics: metricsOf(viewport) });
  }

  /** Measures rendered or resized rows, and applies the scroll position. */
  function measure(resized: readonly (readonly [id: string, size: number])[] = []): void {
    if (isMeasuring) {
      mustMeasureAgain = true;
      return;
    }
    if (!viewport || !list) return;
    isMeasuring = true;
    let sizes = resized;
    // New sizes change the spacers, which change no measured size, so that a second pass is enough.
    for (let round = 0; round < 2; round += 1) {
      mustMeasureAgain = false;
      geometry = measureList(viewport, list);
      const { metrics: measured, origin, sizeOf } = geometry;
      const fresh = sizeObserver.observe(committedRows());
      const measuredSizes = fresh.map((row) => [sizeObserver.idOf(row) ?? '', sizeOf(row)] as const);
      const layout = { origin: origin(), drift: anchor.drift(geometry), sizes: [...sizes, ...measuredSizes] };
      dispatch({ type: 'layout', metrics: measured(), ...layout });
      sizes = [];
      if (!mustMeasureAgain) break;
    }
    isMeasuring = false;
    settle();
  }

  function onResize(sizes: readonly (readonly [id: string, size: number])[], isViewportResized: boolean): void {
    // Rows report their sizes when they are first observed, too.
    if (isViewportResized || withSizes(state.sizes, sizes) !== state.sizes) measure(sizes);
  }

  function onScroll(): void {
    if (viewport) dispatch({ type: 'scroll', metrics: metricsOf(viewport) });
  }

  function onRowGone(): void {
    // Scroll events are dispatched before the callbacks of a frame. A new position without an event was no scroll.
    requestFrame(() => {
      if (viewport && viewport.scrollTop !== state.scrollTop) measure();
    });
  }

  function onPrint({ type }: Event): void {
    // Rows that are not in the document when this returns are not printed.
    flushSync(() => dispatch({ type: 'print', on: type === 'beforeprint' }));
  }

  function onSelectionChange(): void {
    if (!list) return;
    const rows = committedRows();
    const selection = selectedMessages(list, state.sizes.order, (row) => rows.get(row));
    if (String(selection) !== String(state.selection)) dispatch({ type: 'select', selection });
  }

  /** The rows in the document, by their elements. */
  function committedRows(): ReadonlyMap<Element, string> {
    const rows = new Map<Element, string>();
    if (!committed || !list) return rows;
    const { order, from, to, kept } = committed;
    const { children } = list;
    let place = 0;
    const add = (index: number): void => {
      const row = children[place++];
      if (row) rows.set(row, order.at(index) ?? '');
    };
    for (const { index } of kept) if (index < from) add(index);
    for (let index = from; index < to; index += 1) add(index);
    for (const { index } of kept) if (index >= to) add(index);
    return rows;
  }

  function rowOf(id: string): Element | undefined {
    if (!committed || !list) return undefined;
    const { order, from, to, kept } = committed;
    const index = order.indexOf(id);
    const before = kept.filter((row) => row.index < from).length;
    if (index >= from && index < to) return list.children[before + index - from];
    const place = kept.findIndex((row) => row.index === index);
    return place < 0 ? undefined : list.children[place < before ? place : place + to - from];
  }

  const isReady = (): boolean => flow.store.getState().history.ready;

  function follow(): () => void {
    const stops = [
      source.subscribe(followOrder),
      flow.store.subscribe(() => {
        isLive = isReady();
      }),
    ];
    return () => {
      isLive = false;
      for (const stop of stops) stop();
    };
  }

  /** Takes over the order of messages. */
  function followOrder(): void {
    const order = source.get();
    const { order: before } = state.sizes;
    if (order === before) return;
    const newest = order.at(-1) ?? '';
    dispatch({
      type: 'order',
      order,
      metrics: metrics(),
      // A returning reader continues at the same place; unseen messages do not count as read.
      firstUnread: before.length === 0 && !isLive ? firstUnread(flow) : undefined,
      hasSent: before.at(-1) !== newest && flow.messages.get(newest)?.direction === 'outgoing',
    });
  }

  const scroller: Scroller = {
    viewport: () => viewport,
    attachViewport(element) {
      const view = viewport && viewOf(viewport);
      viewport?.removeEventListener('scroll', onScroll);
      viewport?.ownerDocument.removeEventListener('selectionchange', onSelectionChange);
      view?.clearTimeout(idleTimer);
      for (const type of ['beforeprint', 'afterprint']) view?.removeEventListener(type, onPrint);
      viewport = element;
      sizeObserver.attach(element);
      placeGuard.stop();
      if (!element) return dispatch({ type: 'detached' });
      // Inline and important, so that no style sheet of the page scrolls the list in another way.
      for (const [name, value] of OWN_SCROLLING) element.style.setProperty(name, value, 'important');
      element.addEventListener('scroll', onScroll, { passive: true });
      element.ownerDocument.addEventListener('selectionchange', onSelectionChange);
      for (const type of ['beforeprint', 'afterprint']) viewOf(element)?.addEventListener(type, onPrint);
      // The rows were rendered before the element that they are in.
      scroller.rendered();
      dispatch({ type: 'attached' });
    },
    attachRows(element) {
      list = element;
      spacers = '';
      tabStops.attach(element);
    },
    rows: {
      get() {
        if (!unsubscribe) followOrder();
        return state.rows;
      },
      subscribe(listener) {
        rowListeners.add(listener);
        unsubscribe ??= follow();
        followOrder();
        isLive = isReady();
        return () => {
          rowListeners.delete(listener);
          if (rowListeners.size > 0) return;
          unsubscribe?.();
          unsubscribe = undefined;
        };
      },
    },
    rendered() {
      if (!viewport || !list) return;
      committed = state.rows;
      dispatch({ type: 'committed' });
      measure();
    },
    isAtEnd: () => state.position.at === 'end',
    subscribe(listener) {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
    focusIn: (id) => dispatch({ type: 'focus', id }),
    toEnd: () => dispatch({ type: 'toEnd' }),
    hold(element) {
      dispatch({ type: 'hold' });
      if (state.position.at === 'held' && geometry) anchor.set(element, geometry);
    },
    watch(listener) {
      moveListeners.add(listener);
      return () => moveListeners.delete(listener);
    },
    firstInView() {
      const { sizes, origin, adjustment } = state;
      const top = (viewport?.scrollTop ?? 0) - origin - adjustment;
      const index = indexAt(sizes, top);
      const id = sizes.order.at(index);
      return viewport && id !== undefined ? { id, above: top - offsetOf(sizes, index) } : undefined;
    },
    placeOf(id) {
      const index = state.sizes.order.indexOf(id);
      if (index < 0 || !viewport) return undefined;
      const below = offsetOf(state.sizes, index) + state.adjustment + state.origin - viewport.scrollTop;
      return below < -VISIBLE_TOLERANCE ? 'above' : below > state.height ? 'below' : 'in view';
    },
    toRow: (id, align) => dispatch({ type: 'toRow', id, align, focus: false }),
    focusRow: (id, align = 'nearest') => dispatch({ type: 'toRow', id, align, focus: true }),
  };
  return scroller;
}

function messageIn(row: Element | undefined): HTMLElement | undefined {
  return row?.querySelector<HTMLElement>('[data-message]') ?? (row as HTMLElement | undefined);
}
