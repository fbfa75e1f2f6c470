'use client';

/** The files that are attached to the next message. */

import { createElement, type ReactElement } from 'react';
import type { PartProps } from '../internal/part.ts';
import { type ComposerState, useComposer } from './ComposerContext.ts';

/** The attributes of a `<ul>`, `className` by state, and `render`. */
export type ComposerAttachmentsProps = PartProps<'ul', ComposerState>;

/** The attached files, each with a button that removes it. Renders a `<ul>`, or nothing while there are none. */
export function ComposerAttachments(props: ComposerAttachmentsProps): ReactElement | null {
  const { attaching, attached } = useComposer().attachments;
  return attaching && attached.length > 0 ? createElement(attaching.AttachmentTray, props) : null;
}
