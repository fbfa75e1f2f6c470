'use client';

/** A picture in a message, and the dialog that shows it larger. */

import type { FileContent } from '@imflow/react/files';
import { type MouseEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { Button } from '../internal/Button.tsx';
import { useSettings } from '../settings/ChatSettings.tsx';
import { TextBody } from './TextBody.tsx';

/** The largest size of a picture in a message, in CSS px. */
const MAX_WIDTH = 320;
const MAX_HEIGHT = 360;
/** The smallest size, in CSS px: the picture is a button. */
const MIN_SIDE = 48;
/** The reserved size of a picture whose size is unknown. */
const UNKNOWN = { width: 240, height: 180 };

interface FilePictureProps {
  readonly file: FileContent;
  /** Undefined until it is known. */
  readonly url: string | undefined;
  /** The address from which the picture can be saved. */
  readonly href: string | undefined;
  /** Called when the picture cannot be read. */
  readonly onError: () => void;
}

/** A picture in the space that its size reserves. A click opens it larger. */
export function FilePicture({ file, url, href, onError }: FilePictureProps): ReactElement {
  const { translations } = useSettings();
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLElement | null>(null);
  const { width, height } = roomOf(file);
  const { name, thumbnail } = file;
  return (
    <>
      <Button
        name="picture-button"
        buttonRef={(element) => {
          button.current = element;
        }}
        aria-label={translations.joined(translations.kinds.image, name)}
        aria-haspopup="dialog"
        disabled={url === undefined}
        style={{
          inlineSize: width,
          aspectRatio: `${width} / ${height}`,
          // It contains only base64 characters, which `parseFile` ensures.
          backgroundImage: thumbnail && `url("${thumbnail}")`,
        }}
        onClick={() => setIsOpen(true)}
      >
        {url !== undefined && (
          <img
            className="imflow-attached-picture"
            src={url}
            alt=""
            decoding="async"
            referrerPolicy="no-referrer"
            onError={onError}
          />
        )}
      </Button>
      {isOpen && url !== undefined && (
        <PictureDialog
          file={file}
          url={url}
          href={href ?? url}
          close={() => {
            setIsOpen(false);
            button.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </>
  );
}

/** Returns the size of a picture in a message: its own, or smaller. */
function roomOf({ width = UNKNOWN.width, height = UNKNOWN.height }: FileContent): typeof UNKNOWN {
  const scale = Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height);
  const side = (length: number): number => Math.max(MIN_SIDE, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

interface PictureDialogProps {
  readonly file: FileContent;
  readonly url: string;
  readonly href: string;
  readonly close: () => void;
}

function PictureDialog({ file, url, href, close }: PictureDialogProps): ReactElement {
  const { translations, language } = useSettings();
  const dialog = useRef<HTMLDialogElement>(null);
  const { name, caption } = file;
  const label = caption ?? name;

  useEffect(() => {
    const element = dialog.current;
    // StrictMode runs effects twice.
    if (element && !element.open) element.showModal();
    element?.querySelector<HTMLElement>('.imflow-dismiss')?.focus();
  }, []);

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape and the button close it too
    <dialog
      ref={dialog}
      className="imflow-picture-dialog"
      {...language}
      aria-label={label}
      onClose={close}
      // Keys in the dialog must not reach the list around it.
      onKeyDown={(event) => event.stopPropagation()}
      onClick={({ target, currentTarget }: MouseEvent) => {
        if (target === currentTarget) dialog.current?.close();
      }}
    >
      <span className="imflow-picture-bar">
        <bdi className="imflow-attachment-name" dir="auto">
          {name}
        </bdi>
        <a className="imflow-button" href={href} download={name} target="_blank" rel="noopener noreferrer">
          {translations.download}
        </a>
        <Button name="dismiss" aria-label={translations.find.close} onClick={() => dialog.current?.close()}>
          <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
            <path d="M5 5l10 10M15 5L5 15" />
          </svg>
        </Button>
      </span>
      <img className="imflow-large-picture" src={url} alt={label} referrerPolicy="no-referrer" />
      {caption !== undefined && (
        <span className="imflow-caption" dir="auto">
          <TextBody text={caption} />
        </span>
      )}
    </dialog>
  );
}
