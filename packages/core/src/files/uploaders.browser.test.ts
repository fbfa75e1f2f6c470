import { expect, inject, it, vi } from 'vitest';
import { createFormUploader, createPutUploader } from './index.ts';
import type { FileUpload, FileUploader } from '../ports/files.ts';

const server = inject('chatServer');

const headers = { authorization: 'Bearer token%20of%20ana', 'content-type': 'application/octet-stream' };

/** A name for a file that no other run uses. */
const unique = (): string => `${Date.now()} ${Math.random()}`;

async function uploadUrl(id: string): Promise<string> {
  const port = await (await fetch(`${server}/open`)).text();
  return `http://127.0.0.1:${port}/chat/files?to=bo&name=a&id=${encodeURIComponent(id)}`;
}

const putTo = (address: string): FileUploader =>
  createPutUploader({ sign: () => ({ uploadUrl: address, url: 'https://files.example/m', headers }) });

const details = (about: Partial<FileUpload> = {}): FileUpload => ({
  id: 'm',
  remote: 'bo',
  name: 'a',
  type: 'application/octet-stream',
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...about,
});

it('B483 an upload reports its progress, up to the size of the file', async () => {
  const reported: number[] = [];
  const file = new Blob([new Uint8Array(3_000_000)]);
  const uploader = putTo(await uploadUrl(unique()));
  const { url } = await uploader.upload(file, details({ onProgress: (loaded) => void reported.push(loaded) }));
  expect(url).toBe('https://files.example/m');
  expect(reported.at(-1)).toBe(3_000_000);
  expect(reported).toEqual(reported.toSorted((a, b) => a - b));
});

it('B483 the progress of a form does not exceed the size of the file', async () => {
  const onProgress = vi.fn<(loaded: number) => void>();
  const uploader = createFormUploader({
    url: `${server}/cut?0`,
    readUrl: ({ status }) => `https://files.example/${status}`,
  });
  const { url } = await uploader.upload(new Blob(['hello']), details({ onProgress }));
  expect(url).toBe('https://files.example/200');
  expect(onProgress).toHaveBeenLastCalledWith(5);
});

it('B483 an upload that is aborted rejects with the reason, and stores all of the file or nothing', async () => {
  const id = unique();
  const address = await uploadUrl(id);
  const controller = new AbortController();
  const upload = putTo(address).upload(
    new Blob([new Uint8Array(40_000_000)]),
    details({ signal: controller.signal, onProgress: () => controller.abort(new Error('discarded')) }),
  );
  await expect(upload).rejects.toThrow('discarded');
  const again = await fetch(address, { method: 'PUT', headers, body: 'again' });
  // Firefox may have sent the whole file before it reports progress; the server then has all of it.
  expect([200, 201]).toContain(again.status);
});

it('B482 an upload without a connection, or one that is refused, is a failure', async () => {
  const file = new Blob(['hello']);
  await expect(putTo('http://127.0.0.1:1/').upload(file, details())).rejects.toMatchObject({
    name: 'TransportFailure',
    code: 503,
    retryable: true,
  });
  const unsigned = createPutUploader({
    sign: async () => ({ uploadUrl: await uploadUrl(unique()), url: 'https://files.example/m' }),
  });
  await expect(unsigned.upload(file, details())).rejects.toMatchObject({ code: 401, retryable: false });
});
