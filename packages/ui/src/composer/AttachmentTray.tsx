'use client';

import { useFlow } from '@imflow/react';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { Button } from '../internal/Button.tsx';
import { createFocusReturn } from '../internal/focusPlaces.ts';
import { renderPart } from '../internal/part.ts';
import { sizeText } from '../messageBody/download.ts';
import { FileIcon, isShownInline } from '../messageBody/fileKinds.tsx';
import { useSettings } from '../settings/ChatSettings.tsx';
import { sanitiseLabel } from '../settings/sanitiseLabel.ts';
import { type Attachment, detach, nameOfFile } from './attachments.ts';
import type { ComposerAttachmentsProps } from './ComposerAttachments.tsx';
import { useComposer } from './ComposerContext.ts';

export function AttachmentTray(props: ComposerAttachmentsProps): ReactElement {
  const { state, attachments } = useComposer();
  const { translations } = useSettings();
  return renderPart('ul', 'attachments', state, props, {
    'aria-label': translations.files.attached,
    children: attachments.attached.map((attachment) => <AttachedFile key={attachment.id} attachment={attachment} />),
  });
}

function AttachedFile({ attachment }: { readonly attachment: Attachment }): ReactElement {
  const flow = useFlow();
  const { translations, locale, textDir } = useSettings();
  const { input } = useComposer();
  const { id, file, caption } = attachment;
  const picture = useObjectUrl(isShownInline(file.type, 'image') ? file : undefined);
  const leaving = useMemo(
    () =>
      createFocusReturn((button) => {
        const item = button.closest('li');
        const neighbour = item?.nextElementSibling ?? item?.previousElementSibling;
        return neighbour?.querySelector('button') ?? input.current;
      }),
    [input],
  );
  return (
    <li className="imflow-attachment">
      {picture === undefined ? (
        <FileIcon />
      ) : (
        <img className="imflow-attachment-picture" src={picture} alt="" decoding="async" />
      )}
      <span className="imflow-attachment-text">
        <bdi className="imflow-attachment-name" dir="auto" title={sanitiseLabel(file.name)}>
          {sanitiseLabel(file.name)}
        </bdi>
        <span className="imflow-label" dir={textDir}>
          {sizeText(file.size, locale, 'short')}
        </span>
        {caption !== undefined && (
          <span className="imflow-attachment-name" dir="auto">
            {caption}
          </span>
        )}
      </span>
      <Button
        name="dismiss"
        buttonRef={leaving}
        aria-label={translations.files.remove(nameOfFile(file, textDir))}
        onClick={() => detach(flow, id)}
      >
        <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
          <path d="M5 5l10 10M15 5L5 15" />
        </svg>
      </Button>
    </li>
  );
}

/** The address of a file while it is shown. */
function useObjectUrl(file: File | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!file) return undefined;
    const created = URL.createObjectURL(file);
    // oxlint-disable-next-line react/set-state-in-effect -- the address has to be freed, so it is made when the effect runs
    setUrl(created);
    return () => URL.revokeObjectURL(created);
  }, [file]);
  return file && url;
}
