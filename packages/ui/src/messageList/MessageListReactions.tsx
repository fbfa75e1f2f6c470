'use client';

/** The reactions below a message. */

import type { ReactElement } from 'react';
import { Button } from '../internal/Button.tsx';
import { type PartProps, renderPart } from '../internal/part.ts';
import { nameOf } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import { groupReactions, toggleReaction } from './reactions.ts';
import { type RowModel, useRow } from './rowModel.ts';
import { tryOperation } from './tryOperation.ts';

/** The attributes of a `<div>`, `className` and `render`. */
export type MessageListReactionsProps = PartProps<'div'>;

/**
 * The reactions to a message: a toggle button for each emoji, named "👍, you and Bo", which adds or removes the local
 * user's reaction. Renders a `<div role="group">`, or nothing if there are no reactions.
 */
export function MessageListReactions(props: MessageListReactionsProps): ReactElement | null {
  return chipsOf(useRow(), props);
}

export function chipsOf(row: RowModel, props: MessageListReactionsProps = {}): ReactElement | null {
  const { record, flow, settings, uid } = row;
  // Most messages have none.
  const groups = record.reactions ? groupReactions(record, flow.localAddress) : [];
  if (groups.length === 0) return null;
  const { translations, locale } = settings;
  return renderPart('div', 'reactions', {}, props, {
    id: `${uid}r`,
    role: 'group',
    'aria-label': translations.reactions,
    children: groups.map(({ emoji, authors }) => {
      const isOwn = authors.includes(flow.localAddress);
      // The local user comes first in the name, as in speech.
      const names = [
        ...(isOwn ? [translations.you] : []),
        ...authors.filter((each) => each !== flow.localAddress).map((each) => nameOf(settings, each)),
      ];
      return (
        <Button
          key={emoji}
          name="reaction"
          aria-pressed={isOwn}
          aria-label={translations.reaction(emoji, names)}
          onClick={({ currentTarget }) => {
            tryOperation(row, currentTarget, () => toggleReaction(flow, record, emoji));
          }}
        >
          {emoji}
          {authors.length > 1 && (
            // The style sheet shows the number: a visible text would have to be part of the name, which lists the authors instead.
            <span className="imflow-count" data-count={numberText(authors.length, locale)} />
          )}
        </Button>
      );
    }),
  });
}
