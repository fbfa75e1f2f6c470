import type { FileUploader } from '@imflow/core';
import { expect, inject, it } from 'vitest';
import { createServerUploader } from './index.ts';

const server = inject('chatServer');
const { signal } = new AbortController();

async function uploaderOf(name: string): Promise<FileUploader> {
  const port = await (await fetch(`${server}/open`)).text();
  return createServerUploader({ url: `ws://127.0.0.1:${port}/chat`, token: `token of ${name}` });
}

async function picture(): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [3, 2];
  // A canvas without a context is a transparent picture too.
  return new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(blob!), 'image/png');
  });
}

it('B497 a picture that one user uploads is shown to the other, who reaches the server at a different port', async () => {
  const ana = await uploaderOf('ana with a picture');
  const bo = await uploaderOf('bo with a picture');
  const reported: number[] = [];
  const file = await picture();
  const { url } = await ana.upload(file, {
    id: `picture ${Date.now()}`,
    remote: 'bo with a picture',
    name: 'plan größe.png',
    type: 'image/png',
    signal,
    onProgress: (loaded) => void reported.push(loaded),
  });
  expect(reported.at(-1)).toBe(file.size);
  const image = new Image();
  image.src = (await bo.open!(url))!.url;
  await image.decode();
  expect([image.naturalWidth, image.naturalHeight]).toEqual([3, 2]);
  const read = await fetch(image.src);
  expect(read.headers.get('content-disposition')).toBe(
    'inline; filename="plan gr??e.png"; filename*=UTF-8\'\'plan%20gr%C3%B6%C3%9Fe.png',
  );
  const eve = await uploaderOf('eve');
  await expect(eve.open!(url)).rejects.toMatchObject({ code: 404, retryable: false });
});
