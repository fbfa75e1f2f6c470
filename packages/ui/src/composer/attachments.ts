/** The files that are attached to the next message of a conversation. */

import type { FlowFiles, InstantMessagingFlow, SentMessage } from '@imflow/react';
import { sizeText } from '../messageBody/download.ts';
import type { Settings } from '../settings/ChatSettings.tsx';
import { isolate } from '../settings/language.ts';
import { sanitiseLabel } from '../settings/sanitiseLabel.ts';

/** A file that is attached. */
export interface Attachment {
  /** Unique in this page. */
  readonly id: number;
  readonly file: File;
  /** The caption of a file that could not be stored, if the composer has a different text by then. Default: none. */
  readonly caption?: string;
}

/** The settings that sentences about files depend on. */
type WordSettings = Pick<Settings, 'translations' | 'locale' | 'textDir'>;

/** How many refused files are named in one note. */
const MAX_REFUSALS = 3;

const NONE: readonly Attachment[] = [];
// Attached files stay with their conversation, as drafts do, while a different one is open.
const attached = new WeakMap<InstantMessagingFlow, readonly Attachment[]>();
const listeners = new Set<() => void>();
let lastId = 0;

/** The files that are attached. The same array until one is added or removed. */
export function attachedTo(flow: InstantMessagingFlow): readonly Attachment[] {
  return attached.get(flow) ?? NONE;
}

/** Calls back when files of any conversation are attached or removed. Returns a function that stops. */
export function watchAttachments(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Removes an attached file. */
export function detach(flow: InstantMessagingFlow, id: number): void {
  change(
    flow,
    attachedTo(flow).filter((each) => each.id !== id),
  );
}

function change(flow: InstantMessagingFlow, next: readonly Attachment[]): void {
  attached.set(flow, next);
  for (const listener of listeners) listener();
}

/**
 * Attaches the files that can be sent, in their order. Resolves with how many these are, and with why the others cannot, as
 * sentences; empty where all can.
 */
export async function attach(
  flow: InstantMessagingFlow,
  files: readonly File[],
  settings: WordSettings,
): Promise<{ readonly count: number; readonly refusals: string }> {
  const refusals: string[] = [];
  const accepted: Attachment[] = [];
  for (const file of files) {
    const refusal = flow.files && (await refusalOf(flow.files, file, settings));
    if (refusal === undefined) accepted.push({ id: (lastId += 1), file });
    else refusals.push(refusal);
  }
  if (accepted.length > 0) change(flow, [...attachedTo(flow), ...accepted]);
  return { count: accepted.length, refusals: refusals.slice(0, MAX_REFUSALS).join(' ') };
}

/** Why a file cannot be sent, as a sentence; undefined if it can. */
async function refusalOf(
  files: FlowFiles,
  file: File,
  { translations, locale, textDir }: WordSettings,
): Promise<string | undefined> {
  const words = translations.files;
  const name = nameOfFile(file, textDir);
  const refusal = files.check(file);
  if (refusal?.reason === 'too-large') return words.tooLarge(name, sizeText(refusal.maxFileBytes, locale, 'short'));
  if (refusal?.reason === 'type-not-accepted') return words.notAccepted(name, refusal.accept);
  if (refusal?.reason === 'empty') return words.empty(name);
  try {
    // A folder looks like a file until it is read.
    await file.slice(0, 1).arrayBuffer();
    return undefined;
  } catch {
    return words.unreadable(name);
  }
}

/** The name of a file, for a sentence. */
export function nameOfFile({ name }: { readonly name: string }, textDir: Settings['textDir']): string {
  return isolate(sanitiseLabel(name), textDir === 'auto' ? 'ltr' : textDir);
}

/** The values that are sent with the attached files. */
interface Outgoing {
  /** The caption of the first one. */
  readonly text: string;
  /** The id of the message that the first one replies to. */
  readonly replyTo: string | undefined;
  readonly settings: WordSettings;
  /** Called when this device could not store a file, with a sentence about it. Returns whether the composer took the caption back. */
  readonly onUnstored: (sentence: string, caption: string, replyTo: string | undefined) => boolean;
}

/**
 * Sends the attached files, one message for each, in their order. One that this device cannot store is attached again.
 *
 * @returns whether all were sent; those that were not are still attached.
 * @throws FlowError if the first one cannot be sent: nothing was.
 */
export function sendAttachments(flow: InstantMessagingFlow, outgoing: Outgoing): boolean {
  const { text, replyTo } = outgoing;
  for (const [index, attachment] of attachedTo(flow).entries()) {
    const { id, file, caption: own = '' } = attachment;
    const isFirst = index === 0;
    const caption = [own, isFirst ? text : ''].filter((part) => part !== '').join('\n');
    const reply = isFirst && replyTo !== undefined ? { replyTo } : {};
    let settled;
    try {
      ({ settled } = flow.sendFile(file, { caption, ...reply }));
    } catch (error) {
      if (isFirst) throw error;
      return false;
    }
    detach(flow, id);
    void takeBackUnstored(flow, settled, { file, caption }, { ...outgoing, replyTo: isFirst ? replyTo : undefined });
  }
  return true;
}

/** Attaches a file again that this device could not store. */
async function takeBackUnstored(
  flow: InstantMessagingFlow,
  settled: SentMessage['settled'],
  { file, caption }: { readonly file: File; readonly caption: string },
  { replyTo, settings, onUnstored }: Outgoing,
): Promise<void> {
  if ((await settled).code !== 'storage') return;
  const sentence = settings.translations.files.notStored(nameOfFile(file, settings.textDir));
  const isTakenBack = onUnstored(sentence, caption, replyTo);
  const rest = isTakenBack || caption === '' ? {} : { caption };
  change(flow, [...attachedTo(flow), { id: (lastId += 1), file, ...rest }]);
}
