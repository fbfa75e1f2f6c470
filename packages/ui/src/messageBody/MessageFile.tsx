'use client';

/** The file of a message: a picture, a player, or a line with its name. */

import { type FileContent, parseFile } from '@imflow/react/files';
import { useFileUrl, useFlowState } from '@imflow/react';
import { type ReactElement, useMemo, useState } from 'react';
import { useSettings } from '../settings/ChatSettings.tsx';
import { isolate } from '../settings/language.ts';
import { sizeText } from './download.ts';
import { FileIcon, isShownInline } from './fileKinds.tsx';
import { FilePicture } from './FilePicture.tsx';
import { FileUpload } from './FileUpload.tsx';
import type { MessageRendererProps } from './renderers.ts';
import { TextBody } from './TextBody.tsx';
import { UnsupportedBody } from './UnsupportedBody.tsx';

/**
 * The file that a message carries. Pictures stand in the room that their size reserves, and open larger; videos and sounds
 * have the browser's controls; all others, such as SVG and HTML, have their name, type and size, and are never opened in the
 * page. Below it stand the caption, and the upload while it is not finished.
 */
export function MessageFile({ message }: MessageRendererProps): ReactElement {
  const { contentType, body } = message;
  const file = useMemo(() => parseFile({ contentType, body }), [contentType, body]);
  // Keyed by message, so that the kept address is not shown for a different message.
  return file ? <KnownFile key={message.id} message={message} file={file} /> : <UnsupportedBody message={message} />;
}

interface KnownFileProps extends MessageRendererProps {
  readonly file: FileContent;
}

function KnownFile({ message, file }: KnownFileProps): ReactElement {
  const url = useFileUrl(message);
  const { kept, isReadable, onError } = useReadableUrl(url);
  const { caption, type } = file;
  const isPicture = isReadable && isShownInline(type, 'image');
  const isPlayed = isReadable && (isShownInline(type, 'video') || isShownInline(type, 'audio'));
  return (
    <span className="imflow-attached">
      {isPicture ? (
        <FilePicture file={file} url={kept} href={url} onError={onError} />
      ) : isPlayed ? (
        <Player file={file} url={kept} onError={onError} />
      ) : (
        <FileLine file={file} url={url} isUnavailable={!isReadable} />
      )}
      {message.uploadPending && message.status === 'queued' && <FileUpload message={message} name={file.name} />}
      {caption !== undefined && (
        // Keyed by its text, so that a changed text gets a new element: see `TextBody`.
        <span key={caption} className="imflow-caption" dir="auto">
          <TextBody text={caption} />
        </span>
      )}
    </span>
  );
}

/**
 * The address that a picture or a player reads. An address is kept while it works, since a new one would load the file again
 * or interrupt a player. If it fails, the newest address replaces it, and again when the connection changes.
 */
function useReadableUrl(url: string | undefined): {
  readonly kept: string | undefined;
  readonly isReadable: boolean;
  readonly onError: () => void;
} {
  const connection = useFlowState((snapshot) => snapshot.connection);
  const [failed, setFailed] = useState<{ readonly url: string | undefined; readonly connection: typeof connection }>();
  const [first, setFirst] = useState(url);
  const kept = first === undefined || first === failed?.url ? url : first;
  if (kept !== first) setFirst(kept);
  return {
    kept,
    isReadable: kept === undefined || kept !== failed?.url || connection !== failed.connection,
    onError: () => setFailed({ url: kept, connection }),
  };
}

interface PartOfFileProps {
  readonly file: FileContent;
  /** Undefined until it is known. */
  readonly url: string | undefined;
}

function Player({ file, url, onError }: PartOfFileProps & { readonly onError: () => void }): ReactElement {
  const { translations } = useSettings();
  const { name, type, width, height, thumbnail } = file;
  const isVideo = isShownInline(type, 'video');
  const label = translations.joined(translations.kinds[isVideo ? 'video' : 'audio'], name);
  // The file comes from a user and has no captions that could be shown.
  return isVideo ? (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- the author of the message has none
    <video
      className="imflow-video"
      controls
      playsInline
      preload="metadata"
      src={url}
      poster={thumbnail}
      aria-label={label}
      style={{ aspectRatio: width && height ? `${width} / ${height}` : undefined }}
      onError={onError}
    />
  ) : (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- the author of the message has none
    <audio className="imflow-audio" controls preload="metadata" src={url} aria-label={label} onError={onError} />
  );
}

/** A file that is not rendered: its name, type and size, and a link that saves it. */
function FileLine({ file, url, isUnavailable }: PartOfFileProps & { readonly isUnavailable: boolean }): ReactElement {
  const { translations, locale, textDir } = useSettings();
  const { name, type, size } = file;
  return (
    <span className="imflow-file-line">
      <FileIcon />
      <span className="imflow-attachment-text">
        <bdi className="imflow-attachment-name" dir="auto">
          {name}
        </bdi>
        <span className="imflow-label" dir={textDir}>
          {translations.file(typeText(name, type), sizeText(size, locale, 'short'))}
        </span>
        {isUnavailable && (
          <span className="imflow-label" dir={textDir}>
            {translations.files.unavailable}
          </span>
        )}
        {url !== undefined && (
          <a
            className="imflow-button"
            href={url}
            download={name}
            target="_blank"
            rel="noopener noreferrer"
            aria-label={translations.joined(translations.download, isolate(name, textDir === 'rtl' ? 'rtl' : 'ltr'))}
          >
            {translations.download}
          </a>
        )}
      </span>
    </span>
  );
}

/** Returns the file name extension in capitals, such as "PDF", else the media type. */
function typeText(name: string, type: string): string {
  const [, ending] = /\.([a-z\d]{1,5})$/i.exec(name) ?? [];
  return ending === undefined ? type : ending.toUpperCase();
}
