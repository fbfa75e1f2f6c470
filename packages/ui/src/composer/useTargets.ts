'use client';

/** The message that is being edited and the one that is being replied to. */

import { type InstantMessagingFlow, type MessageRecord, useMessage } from '@imflow/react';
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { writtenText } from '../messageBody/fileText.ts';
import { viewOf } from '../internal/realm.ts';
import { setText } from './useDraft.ts';
import { type DraftPlace, type DraftStorage, readDraft, watchDraft, writeDraft } from './drafts.ts';

interface TargetOptions {
  readonly flow: InstantMessagingFlow;
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly draftKey: string | undefined;
  readonly draftStorage: DraftStorage | undefined;
}

/** The targets of a composer: the message that is edited or replied to. */
export interface Targets {
  /** The message that is edited. While it is, the text of the box is not the draft. */
  readonly edited: MessageRecord | undefined;
  /** The message that the draft replies to. */
  readonly replied: MessageRecord | undefined;
  /** The storage key of the text in the box. */
  readonly textKey: string | undefined;
  readonly edit: (id: string) => void;
  readonly reply: (id: string) => void;
  readonly endEdit: () => void;
  readonly endReply: () => void;
}

/**
 * Returns which message is edited, and which one the draft replies to. Both are stored beside the draft: the text of an
 * edit is separate, and the draft returns when the edit ends. It waits for a message that is not loaded yet.
 */
export function useTargets({ flow, input, draftKey, draftStorage }: TargetOptions): Targets {
  const [editing, setEditing] = useState<string>();
  const [replying, setReplying] = useState<string>();
  // The draft, while a message is edited and there is no key to keep it under.
  const stashed = useRef('');
  const places = useMemo(() => {
    const place = (suffix: string): DraftPlace => ({
      key: draftKey === undefined ? undefined : `${draftKey}${suffix}`,
      storage: draftStorage,
    });
    return { draft: place(''), text: place(':edit'), edited: place(':editing'), replied: place(':reply') };
  }, [draftKey, draftStorage]);
  const known = useMessage(editing ?? '', flow);
  const edited = known && !known.retracted ? known : undefined;
  const answered = useMessage(replying ?? '', flow);
  const replied = answered && !answered.retracted ? answered : undefined;

  useEffect(() => {
    const read = (): void => {
      setEditing(readDraft(places.edited) || undefined);
      setReplying(readDraft(places.replied) || undefined);
    };
    stashed.current = '';
    read();
    const view = input.current && viewOf(input.current);
    const stops = [
      watchDraft(places.replied, view, () => setReplying(readDraft(places.replied) || undefined)),
      // An edit ended in another tab. An edit that began there does not apply here, where a different text is being written.
      watchDraft(places.edited, view, () => {
        if (readDraft(places.edited) === '') setEditing(undefined);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another conversation has nothing of this one's
  }, [flow, input, places]);

  const endEdit = useCallback(() => {
    const box = input.current;
    writeDraft(places.text, '');
    writeDraft(places.edited, '');
    setEditing(undefined);
    if (box) setText(box, places.draft.key === undefined ? stashed.current : readDraft(places.draft));
    stashed.current = '';
  }, [input, places]);

  const endReply = useCallback(() => {
    writeDraft(places.replied, '');
    setReplying(undefined);
  }, [places]);

  const isRetracted = known?.retracted !== undefined;
  useEffect(() => {
    // The text of a deleted message must not be kept here either.
    // oxlint-disable-next-line react/set-state-in-effect -- it empties the box and the storage too
    if (isRetracted) endEdit();
  }, [isRetracted, endEdit]);

  return {
    edited,
    replied,
    textKey: edited ? places.text.key : draftKey,
    edit(id) {
      const box = input.current;
      const record = flow.messages.get(id);
      const text = record ? writtenText(record) : '';
      if (!box || edited?.id === id) return;
      if (!edited) stashed.current = box.value;
      writeDraft(places.text, text);
      writeDraft(places.edited, id);
      setText(box, text);
      setEditing(id);
    },
    reply(id) {
      writeDraft(places.replied, id);
      setReplying(id);
    },
    endEdit,
    endReply,
  };
}
