import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createFormUploader, createInlineUploader, createPutUploader, parseFile } from './index.ts';
import { FILE_CONTENT_TYPE } from '../messages/fileContent.ts';
import { MAX_BODY_LENGTH } from '../inbox/bodyLimit.ts';
import type { FileUpload, FileUploader } from '../ports/files.ts';
import { TransportFailure } from '../ports/transport.ts';

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The last request to the server of the tests, which responds with the status in the path and the body `answer`. */
let received: Received | undefined;
let answer = '';
let http: Server;
let base = '';
beforeAll(async () => {
  http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      received = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      const status = Number(/\d{3}$/.exec(url ?? '')?.[0] ?? 200);
      response.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const address = http.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
});

const file = new Blob(['hello'], { type: 'text/plain' });

function about(details: Partial<FileUpload> = {}): FileUpload {
  const { signal } = new AbortController();
  return {
    id: 'm',
    remote: 'bo',
    name: 'größe.txt',
    type: 'text/plain',
    signal,
    onProgress: () => undefined,
    ...details,
  };
}

const putTo = (path: string): FileUploader =>
  createPutUploader({ sign: () => ({ uploadUrl: `${base}${path}`, url: 'https://files.example/m' }) });

const failureOf = (uploader: FileUploader): Promise<unknown> =>
  uploader.upload(file, about()).then(
    () => 'none',
    (error: unknown) => error,
  );

it('B480 a file is put to the address that was signed for it, with the signed headers', async () => {
  const sign = vi.fn<Parameters<typeof createPutUploader>[0]['sign']>(async () => ({
    uploadUrl: `${base}/bucket?signature=1`,
    url: 'https://files.example/m',
    headers: { 'content-type': 'text/plain', 'x-amz-acl': 'private' },
  }));
  const uploader = createPutUploader({ sign });
  expect(await uploader.upload(file, about())).toEqual({ url: 'https://files.example/m' });
  const { id, remote, name, type, size } = sign.mock.calls[0]![0];
  expect({ id, remote, name, type, size }).toEqual({
    id: 'm',
    remote: 'bo',
    name: 'größe.txt',
    type: 'text/plain',
    size: 5,
  });
  expect(received).toMatchObject({ method: 'PUT', path: '/bucket?signature=1', body: 'hello' });
  expect(received?.headers).toMatchObject({
    'content-type': 'text/plain',
    'x-amz-acl': 'private',
    'content-length': '5',
  });
  await uploader.upload(file, about());
  expect(sign).toHaveBeenCalledTimes(2);
});

it('B480 an upload fails where the application cannot sign it, and the error names an invalid signed address', async () => {
  const refused = new TransportFailure(403, 'no', { retryable: false });
  expect(await failureOf(createPutUploader({ sign: () => Promise.reject(refused) }))).toBe(refused);
  const wrong = createPutUploader({ sign: () => ({ uploadUrl: 'javascript:1', url: 'https://files.example/m' }) });
  expect(await failureOf(wrong)).toMatchObject({
    name: 'TransportFailure',
    message: 'uploadUrl, which sign returned, is "javascript:1", but must be an https:// or http:// address.',
    retryable: false,
  });
});

it('B481 a file is posted as a form, and the address is read from the response', async () => {
  answer = JSON.stringify({ url: 'https://files.example/form' });
  const uploader = createFormUploader({
    url: `${base}/form`,
    headers: async () => ({ authorization: 'Bearer 1' }),
    fieldName: 'upload',
    readUrl: async (response) => ((await response.json()) as { url: string }).url,
  });
  expect(await uploader.upload(file, about())).toEqual({ url: 'https://files.example/form' });
  expect(received).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer 1' } });
  expect(received?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(received?.body).toMatch(/name="upload"; filename="größe.txt"\r\nContent-Type: text\/plain\r\n\r\nhello\r\n/);
});

it.each([
  ['cannot be read', '<html>', 'readUrl cannot read the response.'],
  [
    'has no address',
    '{"url":"data:text/html,x"}',
    'The address that readUrl returned is "data:text/html,x", but must be',
  ],
])('B481 a response that %s is a failure that is not retryable', async (_case, text, message) => {
  answer = text;
  const readUrl = async (response: Response): Promise<string> => ((await response.json()) as { url: string }).url;
  expect(await failureOf(createFormUploader({ url: `${base}/form`, readUrl }))).toMatchObject({
    code: 500,
    message: expect.stringContaining(message),
    retryable: false,
  });
});

it.each([
  [400, false],
  [401, false],
  [403, false],
  [404, false],
  [408, true],
  [413, false],
  [429, true],
  [500, true],
  [503, true],
  [507, true],
])('B482 a response %i to an upload is a failure with this code; retryable: %s', async (code, retryable) => {
  const failure = await failureOf(putTo(`/${code}`));
  expect(failure).toBeInstanceOf(TransportFailure);
  expect(failure).toMatchObject({ code, retryable });
});

it('B482 an upload without a connection is a retryable failure', async () => {
  const uploader = createPutUploader({
    sign: () => ({ uploadUrl: 'http://127.0.0.1:1/', url: 'https://files.example/m' }),
  });
  const failure = await failureOf(uploader);
  expect(failure).toBeInstanceOf(TransportFailure);
  expect(failure).toMatchObject({ code: 503, retryable: true });
});

it('B483 an upload that is aborted rejects with the reason', async () => {
  const controller = new AbortController();
  const uploader = createPutUploader({
    sign() {
      controller.abort(new Error('discarded'));
      return { uploadUrl: `${base}/200`, url: 'https://files.example/m' };
    },
  });
  await expect(uploader.upload(file, about({ signal: controller.signal }))).rejects.toThrow('discarded');
});

it('B483 an upload that is aborted while it is sent rejects with the reason', async () => {
  const controller = new AbortController();
  http.once('request', () => controller.abort(new Error('discarded')));
  await expect(putTo('/200').upload(file, about({ signal: controller.signal }))).rejects.toThrow('discarded');
});

it('B485 a small file becomes its own address, which a message can carry', async () => {
  const bytes = Uint8Array.from({ length: 131_072 }, (_, index) => (index * 7) % 256);
  const onProgress = vi.fn<(loaded: number) => void>();
  const uploader = createInlineUploader();
  const { url } = await uploader.upload(new Blob([bytes]), about({ type: 'image/png', onProgress }));
  expect(url).toMatch(/^data:image\/png;base64,/);
  expect(Buffer.from(url.replace(/^.*,/, ''), 'base64').equals(bytes)).toBe(true);
  expect(onProgress.mock.calls).toEqual([[131_072]]);
  const body = JSON.stringify({ name: 'a.png', type: 'image/png', size: bytes.length, url });
  expect(parseFile({ contentType: FILE_CONTENT_TYPE, body })).toMatchObject({ url });
});

it('B485 the largest inline file fits into a body with a thumbnail and long names, and a larger one is refused', async () => {
  const uploader = createInlineUploader({ maxFileBytes: 180_000 });
  const { url } = await uploader.upload(new Blob([new Uint8Array(180_000)]), about());
  const body = { name: 'n'.repeat(255), type: 't'.repeat(255), size: 180_000, thumbnail: 't'.repeat(16_384), url };
  expect(JSON.stringify(body).length + 4_000).toBeLessThan(MAX_BODY_LENGTH);
  await expect(uploader.upload(new Blob([new Uint8Array(180_001)]), about())).rejects.toMatchObject({
    code: 413,
    retryable: false,
  });
});

it.each([
  ['createPutUploader', () => createPutUploader({ sign: 'x' as never }), 'sign is "x", but must be a function.'],
  [
    'createPutUploader',
    () => createPutUploader({ sign: vi.fn(), open: 1 as never }),
    'open is 1, but must be a function.',
  ],
  [
    'createPutUploader',
    () => createPutUploader({ sign: vi.fn(), maxFileBytes: 0 }),
    'maxFileBytes is 0, but must be a whole number from 1',
  ],
  [
    'createFormUploader',
    () => createFormUploader({ url: 'ftp://x', readUrl: vi.fn() }),
    'url is "ftp://x", but must be an https:// or http://',
  ],
  [
    'createFormUploader',
    () => createFormUploader({ url: 'https://x', readUrl: 1 as never }),
    'readUrl is 1, but must be a function.',
  ],
  [
    'createFormUploader',
    () => createFormUploader({ url: 'https://x', readUrl: vi.fn(), fieldName: '' }),
    'fieldName must be a string that is not empty.',
  ],
  [
    'createInlineUploader',
    () => createInlineUploader({ maxFileBytes: 180_001 }),
    'maxFileBytes is 180001, but must be a whole number from 1 to 180000 bytes.',
  ],
])('B486 %s names an invalid option', (_name, create, message) => {
  expect(create).toThrow(message);
});
