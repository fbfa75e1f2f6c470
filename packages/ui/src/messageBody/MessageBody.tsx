'use client';

/** The body of a message. */

import type { MessageRecord } from '@imflow/react';
import type { ReactElement } from 'react';
import { useSettings } from '../settings/ChatSettings.tsx';
import { bodyOf } from './bodyOf.tsx';

/** The message. The component has no element, so it takes no attributes. */
export interface MessageBodyProps {
  /** The message whose content is shown. */
  readonly message: MessageRecord;
}

/**
 * The body of a message: by the renderer of its content type, else as text with its links or as sanitised HTML, else as
 * a row with its type and a button that saves it. A deleted message shows a notice. A body that throws does not affect
 * other messages.
 */
export function MessageBody({ message }: MessageBodyProps): ReactElement {
  return <>{bodyOf(message, useSettings())}</>;
}
