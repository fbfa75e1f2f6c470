'use client';

/** The line that shows why a message cannot be sent. */

import type { ReactElement } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { type ComposerState, useComposer } from './ComposerContext.ts';

/** The attributes of a `<div>`, `className` by state, and `render`. */
export type ComposerNoteProps = PartProps<'div', ComposerState>;

/** Shows why a message cannot be sent, or why it waits. Renders a `<div>`, empty while there is no reason. */
export function ComposerNote(props: ComposerNoteProps): ReactElement {
  const { state, note, noteId, endedAction } = useComposer();
  const { translations, textDir } = useSettings();
  return renderPart('div', 'note', state, props, {
    id: noteId,
    dir: textDir,
    'data-brief': note === translations.sentLater ? '' : undefined,
    children:
      state.disabled && endedAction ? (
        <>
          <span className="imflow-label">{note}</span> {endedAction}
        </>
      ) : (
        note
      ),
  });
}
