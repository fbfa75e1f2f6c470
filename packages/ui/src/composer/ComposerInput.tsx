'use client';

/** The text box of the composer. */

import { type KeyboardEvent, type ReactElement, useEffect, useState } from 'react';
import { focusPlace, isTouchDevice } from '../internal/focusPlaces.ts';
import { consume, isImeKey, listenForEscape } from '../internal/keys.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { type ComposerState, useComposer } from './ComposerContext.ts';
import { useFlow } from '@imflow/react';

/** The attributes of a `<textarea>`, `className` by state, and `render`. It is uncontrolled. */
export type ComposerInputProps = PartProps<'textarea', ComposerState>;

/** The text box, which grows with its text. Renders a `<textarea>` in a `<div>`. */
export function ComposerInput({ autoFocus, ...rest }: ComposerInputProps): ReactElement {
  const { translations } = useSettings();
  const flow = useFlow();
  const { state, hasNoText, input, enterKey, name, note, noteId, target, targetId, dismiss, editLast, changed, send } =
    useComposer();
  const label = translations.message(name);
  // The pointer is known to the document, not to a server.
  const [byTouch, setByTouch] = useState(false);
  const sends = enterKey === 'auto' ? (byTouch ? 'ctrl-enter' : 'send') : enterKey;

  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- a server cannot know the pointer, so the first render must not depend on it
    if (input.current) setByTouch(isTouchDevice(input.current));
  }, [input]);

  useEffect(() => {
    const box = input.current;
    if (!autoFocus || !box) return;
    // On a touch device, the focus in a text box would open the virtual keyboard.
    const place = (isTouchDevice(box) && focusPlace('list', flow, box)) || box;
    place.focus({ preventScroll: true });
  }, [autoFocus, input, flow]);

  // If the application handles keys as well, both handlers receive them through React.
  const hasOwnKeys = rest.onKeyDown !== undefined;
  useEffect(() => {
    const box = input.current;
    return box && !hasOwnKeys ? listenForEscape(box, dismiss) : undefined;
  }, [input, dismiss, hasOwnKeys]);

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (isImeKey(event)) return;
    const { key, altKey, ctrlKey, metaKey, shiftKey, currentTarget } = event;
    if (key === 'Escape' && dismiss()) return consume(event);
    if (key === 'ArrowUp' && currentTarget.value === '' && !(altKey || ctrlKey || metaKey || shiftKey)) {
      if (!state.editing && editLast()) consume(event);
      return;
    }
    if (key !== 'Enter') return;
    if (sends === 'send' ? shiftKey : sends === 'newline' || !(ctrlKey || metaKey)) return;
    consume(event);
    send();
  }

  return (
    <div className="imflow-input">
      {useRenderPart('textarea', 'textbox', state, rest, {
        ref: input,
        rows: 1,
        // Excluded from a form of the host around it.
        form: '',
        // An empty box has the direction of the page, so that the caret and the placeholder are at its start.
        dir: hasNoText ? undefined : 'auto',
        placeholder: label,
        'aria-label': label,
        'aria-describedby': [target && targetId, note && noteId].filter(Boolean).join(' ') || undefined,
        'aria-invalid': state.invalid || undefined,
        // Not disabled: the focus stays, and the text can still be copied.
        readOnly: state.disabled,
        enterKeyHint: sends === 'send' ? 'send' : 'enter',
        onInput: changed,
        onKeyDown,
      })}
    </div>
  );
}
