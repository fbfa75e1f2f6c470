import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type FileUpload, type FileUploader, TransportFailure } from '@imflow/core';
import { createVirtualClock } from '@imflow/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createServerUploader } from './index.ts';

/** The requests to the server of the tests, and what it answers. */
let requests: string[] = [];
let answer: { status?: number; body: object } = { body: {} };
let http: Server;
let port = 0;
beforeAll(async () => {
  http = createServer((request: IncomingMessage, response) => {
    const { method, url, headers } = request;
    requests.push(`${method} ${url} ${headers.authorization} ${headers['content-type'] ?? ''}`.trim());
    request.resume().on('end', () => response.writeHead(answer.status ?? 200).end(JSON.stringify(answer.body)));
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const address = http.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
});
beforeEach(() => {
  requests = [];
});

const { signal } = new AbortController();
const file = new Blob(['hello']);
const about: FileUpload = {
  id: 'm 1',
  remote: 'bo&co',
  name: 'ä.png',
  type: 'image/png',
  signal,
  onProgress: () => undefined,
};

function uploader(options: Partial<Parameters<typeof createServerUploader>[0]> = {}): FileUploader {
  return createServerUploader({ url: `ws://127.0.0.1:${port}/chat`, token: 'a.b-c', ...options });
}

const open = async (each: FileUploader, url: string): Promise<string | undefined> => (await each.open!(url))?.url;

it('B497 a file is uploaded to the server of the WebSocket with its token, and has the address that the server gives', async () => {
  answer = { status: 201, body: { url: 'files/key' } };
  const { url } = await uploader().upload(file, about);
  expect(url).toBe(`http://127.0.0.1:${port}/chat/files/key`);
  expect(requests).toEqual(['PUT /chat/files?to=bo%26co&id=m+1&name=%C3%A4.png Bearer a.b-c image/png']);
});

it('B497 the token function is called for each request, and a token may have any letters', async () => {
  answer = { body: { url: 'files/key' } };
  const token = vi.fn<() => string>().mockReturnValueOnce('花 子').mockReturnValueOnce('2');
  const each = uploader({ token });
  await each.upload(file, about);
  await each.upload(file, about);
  expect(requests.map((request) => request.replace(/^.*Bearer /, ''))).toEqual([
    '%E8%8A%B1%20%E5%AD%90 image/png',
    '2 image/png',
  ]);
});

it('B497 a signed address is used again until shortly before its end', async () => {
  const clock = createVirtualClock();
  const each = uploader({ clock });
  const url = `http://127.0.0.1:${port}/chat/files/key`;
  answer = { body: { url: '../key?signature=1', expiresIn: 100_000 } };
  expect(await open(each, url)).toBe(`${url}?signature=1`);
  answer = { body: { url: '../key?signature=2', expiresIn: 100_000 } };
  await clock.advance(89_999);
  expect(await open(each, url)).toBe(`${url}?signature=1`);
  expect(requests).toEqual(['GET /chat/files/key/address Bearer a.b-c']);
  // The time after which a component requests a new address.
  expect(await each.open!(url)).toMatchObject({ expiresIn: 1 });
  await clock.advance(1);
  expect(await open(each, url)).toBe(`${url}?signature=2`);
});

it('B497 the uploader sends the token only to its own server, whatever address a message contains', async () => {
  answer = { body: { url: '../key?signature=1', expiresIn: 100_000 } };
  const others = [
    'https://evil.example/other/key',
    `http://127.0.0.1:${port}/other/files/key`,
    `http://127.0.0.1:${port}/chat/files/../../key`,
    `http://127.0.0.1:${port}/chat/files/key/deeper`,
    `http://127.0.0.1:${port}/chat/files/key?signature=9`,
    'blob:https://evil.example/chat/files/key',
    'data:image/png;base64,AAAA',
    'nonsense',
  ];
  for (const url of others) expect(await open(uploader(), url)).toBeUndefined();
  expect(requests).toEqual([]);
  // The sender knows the server by a different name.
  expect(await open(uploader(), 'https://evil.example/chat/files/key')).toBe(
    `http://127.0.0.1:${port}/chat/files/key?signature=1`,
  );
});

it.each([
  ['upload', 413, false],
  ['upload', 401, false],
  ['upload', 503, true],
  ['open', 404, false],
  ['open', 500, true],
])('B497 a refused %s with %i is a failure with this code; retryable: %s', async (call, code, retryable) => {
  answer = { status: code, body: { reason: 'no' } };
  const each = uploader();
  const failed = call === 'upload' ? each.upload(file, about) : open(each, `http://127.0.0.1:${port}/chat/files/key`);
  const error: unknown = await failed.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TransportFailure);
  expect(error).toMatchObject({ code, retryable });
});

it.each([{}, { url: 5 }, { url: 'javascript:alert(1)' }, { url: 'files/key', expiresIn: 'x' }])(
  'B497 a response %j is a failure that is not retryable',
  async (body) => {
    answer = { body };
    await expect(uploader().upload(file, about)).rejects.toMatchObject({ code: 502, retryable: false });
  },
);

it.each([
  [{ url: 'https://x' }, 'url is "https://x", but must be a wss:// or ws:// address.'],
  [{ token: '' }, 'token must be a non-empty string or a function.'],
  [{ maxFileBytes: 0 }, 'maxFileBytes is 0, but must be a whole number from 1 to 1099511627776 bytes.'],
])('B497 an invalid option is named: %o', (options, message) => {
  expect(() => uploader(options)).toThrow(message);
});
