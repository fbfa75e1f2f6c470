'use client';

import { useFind, useFlow, useFlowState } from '@imflow/react';
import {
  type KeyboardEvent,
  type ReactElement,
  type Ref,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Button } from '../internal/Button.tsx';
import { createFocusReturn, restingPlace } from '../internal/focusPlaces.ts';
import { consume, isImeKey } from '../internal/keys.ts';
import { listOf } from '../internal/lists.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import type { Translations } from '../settings/translations.ts';
import { canHighlight, highlightMatches } from '../messageList/matchHighlights.ts';

/** The state of the find bar: `data-*` attributes, and the argument of `className` and `render`. */
export interface FindBarState {
  /** Older messages are being searched. */
  readonly searching: boolean;
  /** Nothing was found. */
  readonly missing: boolean;
}

/** The imperative handle of a find bar. */
export interface FindBarHandle {
  /** Gives the search box the focus, and selects its text. */
  readonly focus: () => void;
}

/** The callback for closing, and the attributes of a `<div>`, `className` by state, and `render`. */
export interface FindBarProps extends Omit<PartProps<'div', FindBarState>, 'children'> {
  /** The user closed the bar, with Escape or its button: the application removes it. */
  readonly onClose: () => void;
  /** Receives the imperative handle. */
  readonly actionsRef?: Ref<FindBarHandle> | undefined;
}

/**
 * Finds a text in all messages of the conversation that are stored or that the server can search, and highlights it in the
 * message list. Enter moves to the next older match, Shift+Enter to the next newer one, and Escape closes the bar. It takes
 * the focus when it appears. Renders a `<div role="search">`.
 */
export function FindBar({ onClose, actionsRef, ...rest }: FindBarProps): ReactElement {
  const flow = useFlow();
  const { translations, locale, language } = useSettings();
  const words = translations.find;
  const search = useFind();
  const { query, matches, current, searching, failed, position, next, previous } = search;
  const box = useRef<HTMLInputElement>(null);
  const [loading, setLoading] = useState(false);
  const loadedCount = useFlowState(({ messageCount }) => (loading ? messageCount : 0));
  const leaving = useMemo(() => createFocusReturn((bar) => restingPlace(flow, bar)), [flow]);

  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  useImperativeHandle(
    actionsRef,
    () => ({
      focus() {
        box.current?.focus({ preventScroll: true });
        box.current?.select();
      },
    }),
    [],
  );

  useEffect(() => {
    const list = box.current && listOf(flow, box.current);
    return list ? highlightMatches(list.element, flow, query, current) : undefined;
  }, [flow, query, current]);

  useEffect(() => {
    const list = box.current && listOf(flow, box.current);
    if (!list || current === undefined) return undefined;
    let isWanted = true;
    setLoading(flow.messages.get(current) === undefined);
    void list.reveal(current, !canHighlight(list.element)).then(() => isWanted && setLoading(false));
    return () => {
      isWanted = false;
    };
  }, [flow, current]);

  function close(): void {
    const list = box.current && listOf(flow, box.current);
    // The user continues from the match.
    if (current !== undefined) list?.focus(current);
    onClose();
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    if (isImeKey(event)) return;
    if (event.key === 'Escape') {
      consume(event);
      close();
    }
    if (event.key !== 'Enter' || event.target !== box.current) return;
    consume(event);
    if (event.shiftKey) previous();
    else next();
  }

  const missing = query.trim() !== '' && !searching && matches.length === 0;
  const result = loading
    ? translations.loadingOlder
    : resultOf(words, { query, searching, failed, found: matches.length }, () =>
        words.position(numberText(position, locale), numberText(matches.length, locale)),
      );
  return useRenderPart('div', 'find', { searching: searching || loading, missing }, rest, {
    ...language,
    ref: leaving,
    role: 'search',
    onKeyDown,
    children: (
      <>
        <input
          ref={box}
          className="imflow-find-box"
          role="searchbox"
          dir="auto"
          aria-label={words.label}
          placeholder={words.label}
          enterKeyHint="search"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={({ target }) => search.find(target.value)}
        />
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- style sheets of pages name `output` */}
        <span role="status" className="imflow-find-result">
          {result}
          {/* The number is updated visually only: screen readers announce the search once. */}
          {loading && <span aria-hidden="true"> ({numberText(loadedCount, locale)})</span>}
        </span>
        <Button name="action" aria-label={words.next} title={words.next} disabled={matches.length === 0} onClick={next}>
          <Icon path="M5 12.5l5-5l5 5" />
        </Button>
        <Button
          name="action"
          aria-label={words.previous}
          title={words.previous}
          disabled={matches.length === 0}
          onClick={previous}
        >
          <Icon path="M5 7.5l5 5l5-5" />
        </Button>
        <Button name="action" aria-label={words.close} title={words.close} onClick={close}>
          <Icon path="M5 5l10 10M15 5L5 15" />
        </Button>
      </>
    ),
  });
}

interface Progress {
  readonly query: string;
  readonly searching: boolean;
  readonly failed: boolean;
  readonly found: number;
}

function resultOf(
  words: Translations['find'],
  { query, searching, failed, found }: Progress,
  position: () => string,
): string {
  if (query.trim() === '') return '';
  if (found > 0) return position();
  return searching ? words.searching : failed ? words.failed : words.none;
}

function Icon({ path }: { readonly path: string }): ReactElement {
  return (
    <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
      <path d={path} />
    </svg>
  );
}
