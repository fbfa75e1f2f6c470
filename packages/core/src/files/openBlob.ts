import type { OpenedFile } from '../ports/files.ts';

/** Opens a file that this page has. */
export function openBlob(file: Blob): OpenedFile {
  const url = URL.createObjectURL(file);
  return { url, close: () => URL.revokeObjectURL(url) };
}
