'use client';

/** The button that attaches files. */

import { createElement, type ReactElement } from 'react';
import type { PartProps } from '../internal/part.ts';
import { type ComposerState, useComposer } from './ComposerContext.ts';

/** The attributes of a `<button>`, `className` by state, and `render`. Children replace the paper clip, and name it. */
export type ComposerAttachProps = PartProps<'button', ComposerState>;

/**
 * Lets the user choose files, which are sent with the next message. Renders a `<button>`, or nothing where files cannot be
 * sent (`flow.files`). Its code is loaded when it first appears, and its space is reserved until then.
 */
export function ComposerAttach(props: ComposerAttachProps): ReactElement | null {
  const { canSend, attaching } = useComposer().attachments;
  if (!canSend) return null;
  return attaching ? createElement(attaching.AttachButton, props) : <span className="imflow-attach" />;
}
