'use client';

import { type KeyboardEvent, type ReactElement, useRef } from 'react';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { type ComposerState, useComposer } from './ComposerContext.ts';

/** The attributes of a `<textarea>`, `className` by state, and `render`. It is not controlled: the text is its own. */
export type ComposerInputProps = PartProps<'textarea', ComposerState>;

/** The text box, as high as its text. Renders a `<textarea>` in a `<div>`. */
export function ComposerInput(props: ComposerInputProps): ReactElement {
  const { translations } = useSettings();
  const { state, input, enterKey, name, note, noteId, changed, send } = useComposer();
  const imeJustEnded = useRef(false);
  const label = translations.message(name);

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    // An input method uses Enter and Escape itself; Safari says so with key code 229 only.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') event.currentTarget.blur();
    if (event.key !== 'Enter') return;
    // Safari tells of the Enter that ended an input method's work after that work has ended.
    if (imeJustEnded.current) event.preventDefault();
    else if (enterKey === 'send' ? !event.shiftKey : enterKey === 'ctrl-enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
  }

  return (
    <div className="imflow-input">
      {useRenderPart('textarea', 'textbox', state, props, {
        ref: input,
        rows: 1,
        // An empty box follows the page, so that the caret and the placeholder stand where the words begin.
        dir: state.blank ? undefined : 'auto',
        placeholder: label,
        'aria-label': label,
        'aria-describedby': note ? noteId : undefined,
        'aria-invalid': state.invalid || undefined,
        disabled: state.disabled,
        enterKeyHint: enterKey === 'send' ? 'send' : 'enter',
        onInput: changed,
        onKeyDown,
        onCompositionEnd() {
          imeJustEnded.current = true;
          setTimeout(() => {
            imeJustEnded.current = false;
          });
        },
      })}
    </div>
  );
}
