/** Which files are rendered in a message, and the icons of the others. */

import type { ReactElement } from 'react';

/** Picture formats that no browser treats as a document. SVG is not among them. */
const PICTURES = /^image\/(?:apng|avif|bmp|gif|jpeg|png|webp|x-icon)$/;

/** Whether a file of this media type is shown in its place: as a picture, or by the browser's player. */
export function isShownInline(type: string, kind: 'image' | 'audio' | 'video'): boolean {
  return kind === 'image' ? PICTURES.test(type) : type.startsWith(`${kind}/`);
}

export function FileIcon(): ReactElement {
  return (
    <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
      <path d="M11.5 2.5h-6v15h9v-12zM11.5 2.5v3h3" />
    </svg>
  );
}
