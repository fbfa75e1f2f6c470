'use client';

import { useFlow } from '@imflow/react';
import { type ReactElement, useRef } from 'react';
import { isTouchDevice } from '../internal/focusPlaces.ts';
import { useRenderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import type { ComposerAttachProps } from './ComposerAttach.tsx';
import { useComposer } from './ComposerContext.ts';

export function AttachButton(props: ComposerAttachProps): ReactElement {
  const { files } = useFlow();
  const { translations } = useSettings();
  const { state, input, attach } = useComposer();
  const picker = useRef<HTMLInputElement>(null);
  const label = translations.files.attach;
  return (
    <>
      <input
        ref={picker}
        className="imflow-picker"
        type="file"
        multiple
        // Not the attribute `hidden`: the reset of the kit removes its effect.
        style={{ display: 'none' }}
        // Excluded from a form of the host around it.
        form=""
        accept={files?.accept || undefined}
        aria-label={label}
        onChange={({ currentTarget }) => {
          const chosen = Array.from(currentTarget.files ?? []);
          // So that the same file can be chosen again.
          currentTarget.value = '';
          attach(chosen);
          // The user usually writes the caption next. On a touch device, the focus would open the virtual keyboard.
          const box = input.current;
          if (box && chosen.length > 0 && !isTouchDevice(box)) box.focus({ preventScroll: true });
        }}
      />
      {useRenderPart('button', 'attach', state, props, {
        type: 'button',
        disabled: state.disabled,
        // Children of the application name the button.
        'aria-label': props.children === undefined ? label : undefined,
        title: label,
        onClick: () => picker.current?.click(),
        children: (
          <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
            <path d="M15.6 9.3l-5.7 5.7a3.6 3.6 0 0 1-5.1-5.1l6.3-6.3a2.4 2.4 0 0 1 3.4 3.4l-6.2 6.2a1.2 1.2 0 0 1-1.7-1.7l5.6-5.6" />
          </svg>
        ),
      })}
    </>
  );
}
