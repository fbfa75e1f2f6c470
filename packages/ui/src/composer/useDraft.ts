'use client';

/** Keeps the text box and the stored draft of a conversation the same. */

import type { InstantMessagingFlow } from '@imflow/react';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { writtenText } from '../messageBody/fileText.ts';
import { viewOf } from '../internal/realm.ts';
import { type DraftPlace, type DraftStorage, readDraft, watchDraft, writeDraft } from './drafts.ts';

interface DraftOptions {
  readonly flow: InstantMessagingFlow;
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly draftKey: string | undefined;
  readonly draftStorage: DraftStorage | undefined;
  /** Whether the text belongs to a message that is edited: no composing is sent for it. */
  readonly isEdit: boolean;
  /** Called when the text of the box was replaced, not typed. */
  readonly onReplaced: () => void;
}

interface Draft {
  /** Keeps the typed text. */
  readonly write: (text: string) => void;
}

/**
 * Stores the text of a box as the draft of its conversation. Changes of the draft in a different tab or composer, such
 * as sending it, apply here too, unless something else was typed here.
 */
export function useDraft({ flow, input, draftKey, draftStorage, isEdit, onReplaced }: DraftOptions): Draft {
  // The last text that the box and the storage had in common.
  const shared = useRef('');
  const filledFor = useRef<unknown>(undefined);
  const place = useMemo<DraftPlace>(() => ({ key: draftKey, storage: draftStorage }), [draftKey, draftStorage]);

  useEffect(() => {
    const box = input.current;
    if (!box) return;
    const draft = readDraft(place);
    const owner = place.key ?? flow;
    // A different conversation never receives this draft; text that was typed before hydration stays.
    if (draft || (filledFor.current !== undefined && filledFor.current !== owner)) setText(box, draft);
    filledFor.current = owner;
    shared.current = draft;
    onReplaced();
  }, [flow, input, place, onReplaced]);

  useEffect(() => {
    const box = input.current;
    if (!box || place.key === undefined) return undefined;

    function replace(text: string): void {
      if (!box || box.value === text) return;
      setText(box, text);
      onReplaced();
    }

    function follow(): void {
      const draft = readDraft(place);
      if (draft === shared.current) return;
      if (box?.value === shared.current) replace(draft);
      shared.current = draft;
    }

    const stops = [
      watchDraft(place, viewOf(box), follow),
      flow.store.subscribe((now, before) => {
        if (isEdit || now.messageCount <= before.messageCount) return;
        const last = flow.messages.get(flow.messages.order.at(-1) ?? '');
        if (last?.direction !== 'outgoing') return;
        follow();
        // A storage of this tab alone, such as `sessionStorage`, still has a draft that another tab has sent.
        if (box.value === shared.current && box.value.trim() === writtenText(last)) {
          writeDraft(place, '');
          shared.current = '';
          replace('');
        }
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [flow, input, place, isEdit, onReplaced]);

  return useMemo(
    () => ({
      write(text) {
        shared.current = text;
        writeDraft(place, text);
      },
    }),
    [place],
  );
}

/** Replaces the text of a box. */
export function setText(box: HTMLTextAreaElement, text: string): void {
  box.value = text;
}
