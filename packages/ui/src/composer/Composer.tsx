'use client';

/** The ready-made composer. */

import type { ReactElement } from 'react';
import { ComposerAttach } from './ComposerAttach.tsx';
import { ComposerAttachments } from './ComposerAttachments.tsx';
import { ComposerBanner } from './ComposerBanner.tsx';
import { ComposerInput } from './ComposerInput.tsx';
import { ComposerNote } from './ComposerNote.tsx';
import { ComposerRoot, type ComposerRootProps } from './ComposerRoot.tsx';
import { ComposerSend } from './ComposerSend.tsx';

/** The behaviour of the composer, and the attributes of its `<div>`. */
export interface ComposerProps extends Omit<ComposerRootProps, 'children'> {
  /**
   * Whether the composer takes the focus when it appears. On a touch device the message list takes it instead, since the
   * virtual keyboard would open unexpectedly. Default false: the page decides.
   */
  readonly autoFocus?: boolean | undefined;
}

function ReadyComposer({ autoFocus, ...rest }: ComposerProps): ReactElement {
  return (
    <ComposerRoot {...rest}>
      <ComposerBanner />
      <ComposerNote />
      <ComposerAttachments />
      <ComposerAttach />
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- only where the application asks for it */}
      <ComposerInput autoFocus={autoFocus} />
      <ComposerSend />
    </ComposerRoot>
  );
}

interface ComposerComponent {
  (props: ComposerProps): ReactElement;
  Root: typeof ComposerRoot;
  Attach: typeof ComposerAttach;
  Attachments: typeof ComposerAttachments;
  Banner: typeof ComposerBanner;
  Input: typeof ComposerInput;
  Send: typeof ComposerSend;
  Note: typeof ComposerNote;
}

/**
 * The composer: a text box and a send button, and where files can be sent, a button that attaches them. Consists of the
 * parts `Composer.Root`, `.Banner`, `.Note`, `.Attachments`, `.Attach`, `.Input` and `.Send`.
 */
export const Composer: ComposerComponent = Object.assign(ReadyComposer, {
  Root: ComposerRoot,
  Attach: ComposerAttach,
  Attachments: ComposerAttachments,
  Banner: ComposerBanner,
  Input: ComposerInput,
  Send: ComposerSend,
  Note: ComposerNote,
});
