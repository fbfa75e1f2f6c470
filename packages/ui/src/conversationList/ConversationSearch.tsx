'use client';

/** The search box above a list of conversations. */

import type { KeyboardEvent, ReactElement, Ref } from 'react';
import { consume, isImeKey } from '../internal/keys.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';

interface ConversationSearchProps {
  readonly query: string;
  /** The number of shown conversations. */
  readonly count: number;
  readonly inputRef: Ref<HTMLInputElement>;
  readonly onQuery: (query: string) => void;
  /** Opens the first row (Enter), or moves the focus to it. */
  readonly onLeave: (open: boolean) => void;
}

/** A search box above the list. Escape empties it; the arrow down leads into the list, Enter opens the first row. */
export function ConversationSearch({
  query,
  count,
  inputRef,
  onQuery,
  onLeave,
}: ConversationSearchProps): ReactElement {
  const { translations, language, locale, textDir } = useSettings();
  const { label, none, found } = translations.search;

  function onKeyDown(event: KeyboardEvent): void {
    if (isImeKey(event)) return;
    if (event.key === 'Escape' && query !== '') onQuery('');
    else if (event.key === 'ArrowDown' && count > 0) onLeave(false);
    else if (event.key === 'Enter' && query !== '') onLeave(true);
    else return;
    consume(event);
  }

  return (
    <div className="imflow-conversations-search" {...language}>
      <input
        ref={inputRef}
        className="imflow-searchbox"
        role="searchbox"
        dir={query === '' ? textDir : 'auto'}
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        value={query}
        onChange={({ currentTarget }) => onQuery(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- style sheets of pages name `output` */}
      <span role="status" className="imflow-hidden">
        {query.trim() !== '' && (count > 0 ? found(count, numberText(count, locale)) : none)}
      </span>
    </div>
  );
}
