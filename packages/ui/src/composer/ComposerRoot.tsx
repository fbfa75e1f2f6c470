'use client';

import { isBlankText, stopComposing, useFlow, useFlowState } from '@imflow/react';
import {
  type ReactElement,
  type SyntheticEvent,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useConnectionBanner } from '../connectionBanner/useConnectionBanner.ts';
import { registerComposer } from '../internal/composerFocus.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import { ComposerContext, type ComposerState, type EnterKey } from './ComposerContext.ts';
import { type DraftStorage, readDraft, writeDraft } from './drafts.ts';

/** How the composer behaves; else the attributes of its `<form>`. */
export interface ComposerRootProps extends PartProps<'form', ComposerState> {
  /** Default `send`. */
  readonly enterKey?: EnterKey | undefined;
  /** The longest message in characters. Default 100 000, the engine's own default. */
  readonly maxLength?: number | undefined;
  /** Keeps the draft under this key, over reloads and changes of the conversation. */
  readonly draftKey?: string | undefined;
  /** Default `localStorage`. */
  readonly draftStorage?: DraftStorage | undefined;
}

/** The parts with which a message is written. Holds the draft, which nothing outside reads. Renders a `<form>`. */
export function ComposerRoot({
  enterKey = 'send',
  maxLength = 100_000,
  draftKey,
  draftStorage,
  ...rest
}: ComposerRootProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const { translations } = settings;
  const disabled = useFlowState((snapshot) => snapshot.state === 'terminated');
  const phase = useConnectionBanner();
  const noteId = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const filledFor = useRef<unknown>(undefined);
  // Typing renders this component only when one of these changes, and nothing above or beside it ever.
  const [blank, setBlank] = useState(true);
  const [over, setOver] = useState(0);
  const [refused, setRefused] = useState(false);

  const take = useCallback((): string => {
    const text = input.current?.value ?? '';
    // Where the box cannot be as high as its text by itself, the wrapper repeats the text unseen and gives it that height.
    if (!sizesItself()) input.current?.parentElement?.setAttribute('data-text', text);
    setBlank(isBlankText(text));
    setOver(Math.max(0, text.length - maxLength));
    setRefused(false);
    return text;
  }, [maxLength]);

  const changed = useCallback(() => {
    const text = take();
    writeDraft(draftStorage, draftKey, text);
    if (isBlankText(text)) stopComposing(flow);
    else flow.setLocalComposingState('composing');
  }, [flow, take, draftKey, draftStorage]);

  const send = useCallback(() => {
    const box = input.current;
    const text = box?.value.trim() ?? '';
    if (!box || isBlankText(text) || box.value.length > maxLength) return;
    try {
      flow.sendMessage(text);
    } catch {
      setRefused(true);
      return;
    }
    box.value = '';
    changed();
    box.focus();
  }, [flow, changed, maxLength]);

  useEffect(() => {
    const box = input.current;
    if (!box) return undefined;
    const draft = readDraft(draftStorage, draftKey);
    const place = draftKey ?? flow;
    // Another conversation never gets this one's draft; what was typed before hydration stays.
    if (draft || (filledFor.current !== undefined && filledFor.current !== place)) box.value = draft;
    filledFor.current = place;
    take();
    return undefined;
  }, [flow, take, draftKey, draftStorage]);

  useEffect(() => {
    const unregister = input.current ? registerComposer(flow, input.current) : undefined;
    return () => {
      unregister?.();
      stopComposing(flow);
    };
  }, [flow]);

  const note = disabled
    ? translations.ended
    : over > 0
      ? translations.tooLong(over, numberText(over, settings.locale))
      : refused
        ? translations.cannotSend
        : phase === 'offline' || phase === 'reconnecting'
          ? translations.sendLater
          : '';
  const name = nameOf(settings, flow.remote);
  const invalid = over > 0;
  const state = useMemo(() => ({ blank, invalid, disabled }), [blank, invalid, disabled]);
  const parts = useMemo(
    () => ({ state, input, enterKey, name, note, noteId, changed, send }),
    [state, enterKey, name, note, noteId, changed, send],
  );

  return (
    <ComposerContext.Provider value={parts}>
      {useRenderPart('form', 'composer', state, rest, {
        ...settings.language,
        onSubmit(event: SyntheticEvent) {
          event.preventDefault();
          send();
        },
      })}
    </ComposerContext.Provider>
  );
}

function sizesItself(): boolean {
  // Documents without layout, as in tests, have no such question.
  return typeof CSS !== 'undefined' && 'supports' in CSS && CSS.supports('field-sizing', 'content');
}
