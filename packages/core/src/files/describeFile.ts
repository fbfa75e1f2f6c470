/** Describes a file, so that a page can show its size, duration and preview before it has loaded. */

import type { FileDetails } from '../ports/files.ts';
import { systemClock } from '../ports/systemPorts.ts';

/** The longest side of a preview, in pixels. It is shown enlarged and blurred. */
const PREVIEW_SIDE = 32;

/** How long a browser may take to read a video or an audio file, in ms. Some browsers never report a failure. */
const PATIENCE = 3_000;

/**
 * Returns width and height of a picture or a video, the duration of a video or an audio file, and a preview of a picture,
 * as far as the browser can read the file. Never rejects.
 */
export async function describeFile(file: Blob): Promise<FileDetails> {
  const [kind] = file.type.split('/', 1);
  try {
    if (kind === 'image') return await describeImage(file);
    if (kind === 'video' || kind === 'audio') return await describeMedia(file, kind);
  } catch {
    // The browser cannot read the file: it is sent without a description.
  }
  return {};
}

async function describeImage(file: Blob): Promise<FileDetails> {
  const bitmap = await createImageBitmap(file);
  try {
    const { width, height } = bitmap;
    return { width, height, ...(await previewOf(bitmap).catch(() => ({}))) };
  } finally {
    bitmap.close();
  }
}

async function previewOf(bitmap: ImageBitmap): Promise<Pick<FileDetails, 'thumbnail'>> {
  const scale = Math.min(1, PREVIEW_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width ?? 1, height ?? 1);
  const context = canvas.getContext('2d');
  if (context === null) return {};
  // A transparent picture would be black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const preview = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.6 });
  return { thumbnail: `data:image/jpeg;base64,${toBase64(new Uint8Array(await preview.arrayBuffer()))}` };
}

/** @param bytes a short array, since its items are the arguments of one call. */
function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

async function describeMedia(file: Blob, kind: 'video' | 'audio'): Promise<FileDetails> {
  const url = URL.createObjectURL(file);
  const media = document.createElement(kind);
  try {
    await loadMetadata(media, url);
    const { videoWidth: width = 0, videoHeight: height = 0 } = media as Partial<HTMLVideoElement>;
    const duration = Math.round(media.duration * 1_000);
    return {
      ...(width > 0 && height > 0 ? { width, height } : {}),
      ...(Number.isFinite(duration) ? { duration } : {}),
    };
  } finally {
    media.removeAttribute('src');
    URL.revokeObjectURL(url);
  }
}

function loadMetadata(media: HTMLMediaElement, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = systemClock.setTimer(() => reject(new Error('The browser does not answer.')), PATIENCE);
    const end = (settle: () => void) => (): void => {
      cancel();
      settle();
    };
    media.addEventListener('loadedmetadata', end(resolve));
    media.addEventListener(
      'error',
      end(() => reject(new Error('The browser cannot read the file.'))),
    );
    media.preload = 'metadata';
    media.muted = true;
    media.src = url;
  });
}
