'use client';

/** The upload of a file: its progress, and a button that cancels it. */

import { type MessageRecord, useFlow, useUploadProgress } from '@imflow/react';
import { type ReactElement, useContext } from 'react';
import { Button } from '../internal/Button.tsx';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';
import type { MessageActionName } from '../messageList/actions/messageAction.ts';
import { discardFrom } from '../messageList/discardFrom.ts';
import { MessageListContext } from '../messageList/MessageListContext.ts';
import { useSettings } from '../settings/ChatSettings.tsx';

const BUTTONS: readonly MessageActionName[] = ['delete'];

interface FileUploadProps {
  readonly message: MessageRecord;
  /** The name of the file. */
  readonly name: string;
}

/** The state of an upload. Only this part renders while it continues. */
export function FileUpload({ message, name }: FileUploadProps): ReactElement {
  const { id } = message;
  const flow = useFlow();
  const { translations, locale, textDir } = useSettings();
  const rowButtons = useContext(MessageListContext)?.rowButtons;
  const progress = useUploadProgress(id);
  useIsomorphicLayoutEffect(() => rowButtons?.add(id, BUTTONS), [rowButtons, id]);
  const percent = Math.floor((progress ?? 0) * 100);
  const shown = new Intl.NumberFormat(locale, { style: 'percent' }).format(percent / 100);
  return (
    <span className="imflow-upload" dir={textDir}>
      {progress === undefined ? (
        <span className="imflow-label">{translations.ticks.waiting}</span>
      ) : (
        <>
          <progress
            className="imflow-progress"
            max={100}
            value={percent}
            aria-label={translations.files.uploading(name)}
            aria-valuetext={shown}
          />
          <span className="imflow-label" aria-hidden="true">
            {shown}
          </span>
        </>
      )}
      <Button
        onClick={({ currentTarget, nativeEvent }) =>
          discardFrom(flow, id, currentTarget, (nativeEvent as PointerEvent).pointerType === 'touch')
        }
      >
        {translations.dismiss}
      </Button>
    </span>
  );
}
