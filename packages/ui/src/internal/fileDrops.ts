'use client';

/** Keeps dropped files from replacing the page. */

import type { InstantMessagingFlow } from '@imflow/react';
import { type RefCallback, useMemo } from 'react';

/** The event for dropped or pasted files that no handler accepted. */
type OnFiles = () => void;

const listeners = new WeakMap<InstantMessagingFlow, Set<OnFiles>>();
/** Events that came by a part of the kit, with the conversation of the part, if it has one. */
const passed = new WeakMap<Event, InstantMessagingFlow | undefined>();
/** How many parts are in a document. */
const counts = new WeakMap<Document, number>();

const EVENTS = ['dragover', 'drop', 'paste'] as const;

/**
 * Calls back when files were dropped on a conversation or pasted into it, and no handler accepted them. Returns a
 * function that stops.
 */
export function onFilesIgnored(flow: InstantMessagingFlow, callback: OnFiles): () => void {
  const all = listeners.get(flow) ?? new Set();
  listeners.set(flow, all.add(callback));
  return () => void all.delete(callback);
}

/**
 * A ref for a part of the kit: a dropped file or link never replaces the page. Listeners of the application come first,
 * wherever they are; a drop that they prevent is left to them.
 */
export function useDropGuard(flow?: InstantMessagingFlow): RefCallback<Element> {
  return useMemo(() => createDropGuard(flow), [flow]);
}

function createDropGuard(flow: InstantMessagingFlow | undefined): RefCallback<Element> {
  let stop: (() => void) | undefined;
  return (element) => {
    stop?.();
    stop = element ? guardDrops(element, flow) : undefined;
  };
}

function guardDrops(part: Element, flow: InstantMessagingFlow | undefined): () => void {
  const page = part.ownerDocument;
  const view = page.defaultView;
  const pass = (event: Event): void => {
    // The innermost part comes first.
    if (!passed.has(event)) passed.set(event, flow);
  };
  for (const type of EVENTS) part.addEventListener(type, pass);
  const count = counts.get(page) ?? 0;
  counts.set(page, count + 1);
  // An event reaches the window last, after every element could handle it.
  if (count === 0) for (const type of EVENTS) view?.addEventListener(type, onTransfer);
  return () => {
    for (const type of EVENTS) part.removeEventListener(type, pass);
    const left = (counts.get(page) ?? 1) - 1;
    counts.set(page, left);
    if (left === 0) for (const type of EVENTS) view?.removeEventListener(type, onTransfer);
  };
}

function onTransfer(event: DragEvent | ClipboardEvent): void {
  if (!passed.has(event) || event.defaultPrevented) return;
  const data = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
  if (!data) return;
  const hasFiles = data.types.includes('Files');
  const isText = data.types.includes('text/plain') || (event.type !== 'paste' && data.types.includes('text/uri-list'));
  // A text box takes a text itself.
  if (isText && isTextBox(event)) return;
  if (event.type === 'dragover') {
    event.preventDefault();
    // With 'none', no drop would follow, and nothing would say why nothing happens.
    data.dropEffect = hasFiles ? 'copy' : 'none';
    return;
  }
  if (event.type === 'drop') event.preventDefault();
  const flow = passed.get(event);
  if (hasFiles && flow) for (const callback of listeners.get(flow) ?? []) callback();
}

function isTextBox(event: Event): boolean {
  const [target] = event.composedPath();
  return (
    target !== undefined && 'matches' in target && (target as Element).matches('textarea, input, [contenteditable]')
  );
}
