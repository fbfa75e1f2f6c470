'use client';

/** Keeps dropped files from replacing the page, and hands them to the composer of the conversation. */

import type { InstantMessagingFlow } from '@imflow/react';
import { type RefCallback, useMemo } from 'react';

/** The receiver of files that are dropped on a conversation or pasted into it. */
export interface FileTarget {
  /** Receives files that no handler of the application accepted. Returns false if a different target is to get them. */
  readonly take: (files: readonly File[]) => boolean;
  /** Returns the text over the conversation while files are dragged over it. Empty: there is none, since files cannot be sent. */
  readonly invitation: () => string;
}

/** The target of an event: the conversation of the innermost part, and the outermost part of that conversation. */
interface Passage {
  readonly flow: InstantMessagingFlow | undefined;
  readonly zone: Element;
}

const targets = new WeakMap<InstantMessagingFlow, Set<FileTarget>>();
/** The events that have passed a part of the kit. */
const passed = new WeakMap<Event, Passage>();
/** The number of parts in each document. */
const counts = new WeakMap<Document, number>();

const EVENTS = ['dragover', 'drop', 'paste'] as const;
/** The attribute of the part that files are dragged over, with the words of the drop zone. */
const ZONE = 'data-drop';

/** Registers the receiver of files for a conversation. Returns a function that unregisters it. */
export function registerFileTarget(flow: InstantMessagingFlow, target: FileTarget): () => void {
  const all = targets.get(flow) ?? new Set();
  targets.set(flow, all.add(target));
  return () => void all.delete(target);
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
  const leave = (): void => part.removeAttribute(ZONE);
  const pass = (event: Event): void => {
    // The innermost part comes first.
    const earlier = passed.get(event);
    if (!earlier || earlier.flow === flow) passed.set(event, { flow, zone: part });
    if (event.type === 'drop') leave();
  };
  const onLeave = (event: Event): void => {
    if (!part.contains((event as DragEvent).relatedTarget as Node | null)) leave();
  };
  for (const type of EVENTS) part.addEventListener(type, pass);
  part.addEventListener('dragleave', onLeave);
  const count = counts.get(page) ?? 0;
  counts.set(page, count + 1);
  // An event reaches the window last, after every element could handle it.
  if (count === 0) for (const type of EVENTS) view?.addEventListener(type, onTransfer);
  return () => {
    for (const type of EVENTS) part.removeEventListener(type, pass);
    part.removeEventListener('dragleave', onLeave);
    const left = (counts.get(page) ?? 1) - 1;
    counts.set(page, left);
    if (left === 0) for (const type of EVENTS) view?.removeEventListener(type, onTransfer);
  };
}

function onTransfer(event: DragEvent | ClipboardEvent): void {
  const passage = passed.get(event);
  if (!passage || event.defaultPrevented) return;
  const data = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
  if (!data) return;
  const hasFiles = data.types.includes('Files');
  // The browser inserts a text into a text box.
  if (isText(data, event.type === 'paste') && isTextBox(event)) return;
  const all = Array.from((passage.flow && targets.get(passage.flow)) ?? []);
  if (event.type === 'dragover') {
    event.preventDefault();
    // With 'none', no drop event would follow, so that the reason could not be shown.
    data.dropEffect = hasFiles ? 'copy' : 'none';
    const invitation = hasFiles && all.map((target) => target.invitation()).find(Boolean);
    if (invitation) passage.zone.setAttribute(ZONE, invitation);
    return;
  }
  if (event.type === 'drop') event.preventDefault();
  if (!hasFiles) return;
  // Read now: the browser empties it after the event.
  const files = Array.from(data.files);
  all.some((target) => target.take(files));
}

/** Whether it is a text, which may have a picture beside it. A copied file has its name as a text. */
function isText(data: DataTransfer, isPasted: boolean): boolean {
  if (!isPasted && data.types.includes('text/uri-list')) return true;
  if (!data.types.includes('text/plain')) return false;
  const names = Array.from(data.files, (file) => file.name).join('\n');
  return names === '' || data.getData('text/plain').trim().replaceAll('\r\n', '\n') !== names;
}

function isTextBox(event: Event): boolean {
  const [target] = event.composedPath();
  return (
    target !== undefined && 'matches' in target && (target as Element).matches('textarea, input, [contenteditable]')
  );
}
