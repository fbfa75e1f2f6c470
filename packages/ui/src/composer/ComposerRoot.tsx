'use client';

/** The composer's logic: draft, edit, reply, limits and sending. */

import { isBlankText, stopComposing, useFlow, useFlowState } from '@imflow/react';
import {
  type ReactElement,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useConnectionBanner } from '../connectionBanner/useConnectionBanner.ts';
import { announceIn } from '../internal/announce.ts';
import { hasBanner, watchBanners } from '../internal/banners.ts';
import { lastEditable, registerComposer } from '../internal/composers.ts';
import { endedText } from '../internal/endedText.ts';
import { registerFileTarget, useDropGuard } from '../internal/fileDrops.ts';
import { registerFocusPlace } from '../internal/focusPlaces.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { hasFile, writtenText } from '../messageBody/fileText.ts';
import { viewOf } from '../internal/realm.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import { ComposerContext, type ComposerState, type EnterKey } from './ComposerContext.ts';
import type { DraftStorage } from './drafts.ts';
import { excessOf } from './excess.ts';
import { secondsUntil } from '../messageList/countdown.ts';
import { tryOperation } from '../messageList/tryOperation.ts';
import { useAttachments } from './useAttachments.ts';
import { useDraft } from './useDraft.ts';
import { useTargets } from './useTargets.ts';

/** The behaviour of the composer, and the attributes of its `<div>`. */
export interface ComposerRootProps extends PartProps<'div', ComposerState> {
  /** What Enter does: `auto` decides by the device. Default `auto`. */
  readonly enterKey?: EnterKey | undefined;
  /** The longest message in characters, if it is shorter than the limits of the flow and its transport. Default: only these limits. */
  readonly maxLength?: number | undefined;
  /** The storage key of the draft, which then survives reloads and changes of the conversation, and is the same in all tabs. Default: the draft is not stored. */
  readonly draftKey?: string | undefined;
  /** Where the draft is stored. Default: `localStorage`. */
  readonly draftStorage?: DraftStorage | undefined;
  /** The content of the note once the conversation has ended, such as a button that signs in again. Default: nothing. */
  readonly endedAction?: ReactNode;
}

/** Why the text was refused. Shown until the text changes. */
type Problem = 'refused' | 'files' | { readonly sentence: string } | undefined;

/** The root of a composer. Contains the draft. Renders a `<div>`. */
export function ComposerRoot({
  enterKey = 'auto',
  maxLength = Infinity,
  draftKey,
  draftStorage,
  endedAction,
  ...rest
}: ComposerRootProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const { translations, locale } = settings;
  const ended = useFlowState(({ state, error }) =>
    state === 'terminated' ? endedText(error, translations) : undefined,
  );
  const maxChars = Math.min(
    maxLength,
    useFlowState((snapshot) => snapshot.maxMessageLength),
  );
  const maxBytes = useFlowState((snapshot) => snapshot.maxMessageBytes);
  const measure = flow.capabilities.measureBody;
  const phase = useConnectionBanner();
  const online = useFlowState(({ connection }) => connection === 'online');
  const isSaidAbove = useSyncExternalStore(
    watchBanners,
    () => hasBanner(flow),
    () => false,
  );
  const noteId = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const guardDrops = useDropGuard(flow);
  // A keystroke renders this component only when one of these values changes, and never a component above or beside it.
  const [hasNoText, setHasNoText] = useState(true);
  const [over, setOver] = useState(0);
  const [problem, setProblem] = useState<Problem>();
  const note = noteOf();
  const latestNote = useRef(note);
  useEffect(() => {
    latestNote.current = note;
  });

  function noteOf(): string {
    if (ended !== undefined) return ended;
    if (over > 0) return translations.tooLong(over, numberText(over, locale));
    if (problem === 'files') return translations.noFiles;
    if (typeof problem === 'object') return problem.sentence;
    if (phase === 'notStarted') return translations.notStarted;
    if (problem !== undefined) return translations.cannotSend;
    // Waiting messages are not stored.
    if (phase === 'outdated') return online ? '' : translations.outdated;
    if (phase !== 'offline' && phase !== 'reconnecting') return '';
    return isSaidAbove ? translations.sentLater : translations.sendLater;
  }

  const take = useCallback((): string => {
    const text = input.current?.value ?? '';
    // In a browser without `field-sizing`, the wrapper contains an invisible copy of the text, which gives the box its height.
    if (input.current && !sizesItself(input.current)) input.current.parentElement?.setAttribute('data-text', text);
    setHasNoText(isBlankText(text));
    setOver(excessOf(text.trim(), { maxLength: maxChars, maxBytes, measure }));
    setProblem(undefined);
    return text;
  }, [maxChars, maxBytes, measure]);

  const targets = useTargets({ flow, input, draftKey, draftStorage });
  const { edited, replied, textKey, endEdit, endReply } = targets;
  const draft = useDraft({
    flow,
    input,
    draftKey: textKey,
    draftStorage,
    isEdit: edited !== undefined,
    onReplaced: take,
  });

  const attachments = useAttachments(flow);
  const { attaching, attached } = attachments;
  const hasFiles = attached.length > 0;
  // A file needs no caption.
  const mayBeBlank = edited ? hasFile(edited) : hasFiles;

  const changed = useCallback(() => {
    const text = take();
    draft.write(text);
    // Composing is not sent for an edit.
    if (isBlankText(text) || edited) stopComposing(flow);
    else flow.setLocalComposingState('composing');
  }, [flow, take, draft, edited]);

  const latest = useRef({ ...targets, changed, take });
  useEffect(() => {
    latest.current = { ...targets, changed, take };
  });

  /** Returns an unsent text to the box, unless it contains a different one. Returns whether it did. */
  const restore = useCallback((text: string, replyTo?: string): boolean => {
    const box = input.current;
    if (!box || !isBlankText(box.value) || latest.current.edited) return false;
    box.value = text;
    latest.current.changed();
    if (replyTo !== undefined) latest.current.reply(replyTo);
    return true;
  }, []);

  const attach = useCallback(
    async (files: readonly File[]): Promise<void> => {
      const box = input.current;
      if (!box || box.readOnly || files.length === 0) return;
      try {
        const loaded = await import('./attaching.ts');
        const { count, refusals } = await loaded.attach(flow, files, settings);
        setProblem(refusals === '' ? undefined : { sentence: refusals });
        const said = settings.translations.files.added(count, numberText(count, settings.locale));
        if (count > 0) announceIn(box, flow, 'polite', said);
      } catch {
        setProblem('refused');
      }
    },
    [flow, settings],
  );

  const send = useCallback(() => {
    const box = input.current;
    const text = box?.value.trim() ?? '';
    if (!box || (isBlankText(text) && !mayBeBlank) || box.readOnly) return announceNote(box);
    if (excessOf(text, { maxLength: maxChars, maxBytes, measure }) > 0) return announceNote(box);
    if (edited) {
      const unchanged = text === writtenText(edited);
      if (
        !unchanged &&
        !tryOperation({ flow, settings: { translations } }, box, () => flow.editMessage(edited.id, text))
      )
        return setProblem('refused');
      endEdit();
      take();
      box.focus();
      return undefined;
    }
    let areAllSent = true;
    try {
      if (hasFiles && attaching) {
        areAllSent = attaching.sendAttachments(flow, {
          text,
          replyTo: replied?.id,
          settings,
          onUnstored(sentence, caption, replyTo) {
            const isRestored = restore(caption, replyTo);
            setProblem({ sentence });
            return isRestored;
          },
        });
      } else {
        const { id } = flow.sendMessage(text, replied && { replyTo: replied.id });
        const until = flow.messages.get(id)?.heldUntil;
        if (until !== undefined) {
          const seconds = secondsUntil(until);
          announceIn(box, flow, 'polite', translations.announce.held(seconds, numberText(seconds, locale)));
        }
      }
    } catch {
      setProblem('refused');
      return announceNote(box);
    }
    endReply();
    box.value = '';
    changed();
    if (!areAllSent) setProblem('refused');
    box.focus();
    return undefined;

    /** Shows the reason why nothing is sent, if there is one. */
    function announceNote(element: Element | null): void {
      if (element) announceIn(element, flow, 'assertive', latestNote.current);
    }
  }, [
    flow,
    changed,
    maxChars,
    maxBytes,
    measure,
    edited,
    replied,
    mayBeBlank,
    hasFiles,
    attaching,
    endEdit,
    endReply,
    take,
    restore,
    settings,
    translations,
    locale,
  ]);

  useEffect(() => {
    const box = input.current;
    const unregister = box ? registerFocusPlace('composer', flow, box) : undefined;
    return () => {
      unregister?.();
      stopComposing(flow);
    };
  }, [flow]);

  const { canSend } = attachments;
  useEffect(
    () =>
      registerFileTarget(flow, {
        take(files) {
          if (canSend) void attach(files);
          else setProblem('files');
          return canSend;
        },
        invitation: () => (canSend && !input.current?.readOnly ? translations.files.drop : ''),
      }),
    [flow, canSend, attach, translations],
  );

  const edit = useCallback((id: string) => {
    const box = input.current;
    if (!box || box.readOnly) return;
    latest.current.edit(id);
    latest.current.take();
    box.focus({ preventScroll: true });
    box.setSelectionRange(box.value.length, box.value.length);
  }, []);

  const editLast = useCallback(() => {
    const last = lastEditable(flow);
    if (last) edit(last.id);
    return last !== undefined;
  }, [flow, edit]);

  const dismiss = useCallback(() => {
    const { edited: isEdit, replied: isReply } = latest.current;
    if (isEdit) {
      latest.current.endEdit();
      latest.current.take();
    } else latest.current.endReply();
    return isEdit !== undefined || isReply !== undefined;
  }, []);

  useEffect(() => {
    const box = input.current;
    if (!box) return undefined;
    return registerComposer(flow, {
      element: box,
      edit,
      reply(id) {
        if (latest.current.edited) dismiss();
        latest.current.reply(id);
        box.focus({ preventScroll: true });
      },
      restore: (text, replyTo) => void restore(text, replyTo),
    });
  }, [flow, edit, dismiss, restore]);

  const isInvalid = over > 0;
  useEffect(() => {
    // The announcer announces the connection and the end, since these concern a conversation without a composer too.
    if (input.current && (isInvalid || problem)) announceIn(input.current, flow, 'assertive', latestNote.current);
  }, [isInvalid, problem, flow, latestNote]);

  const name = nameOf(settings, flow.remote);
  const disabled = ended !== undefined;
  const [editing, replying] = [edited !== undefined, edited === undefined && replied !== undefined];
  const blank = hasNoText && !mayBeBlank;
  const state = useMemo(
    () => ({ blank, invalid: isInvalid, disabled, editing, replying }),
    [blank, isInvalid, disabled, editing, replying],
  );
  const target = edited ?? replied;
  const parts = useMemo(
    () => ({
      state,
      hasNoText,
      input,
      enterKey,
      name,
      note,
      noteId,
      endedAction,
      target,
      targetId: `${noteId}t`,
      dismiss,
      editLast,
      changed,
      send,
      attachments: { canSend, attaching, attached },
      attach: (files: readonly File[]) => void attach(files),
    }),
    [
      state,
      hasNoText,
      enterKey,
      name,
      note,
      noteId,
      endedAction,
      target,
      dismiss,
      editLast,
      changed,
      send,
      canSend,
      attaching,
      attached,
      attach,
    ],
  );

  return (
    <ComposerContext.Provider value={parts}>
      {useRenderPart('div', 'composer', state, rest, { ...settings.language, ref: guardDrops })}
    </ComposerContext.Provider>
  );
}

function sizesItself(box: Element): boolean {
  // Documents without layout, as in tests, have no `CSS`.
  return viewOf(box)?.CSS?.supports?.('field-sizing', 'content') === true;
}
