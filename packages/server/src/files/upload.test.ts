import { once } from 'node:events';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import {
  ask,
  bearer,
  filesUrl,
  incomingFiles,
  signedAddress,
  startFileServer,
  temporaryFolder,
  upload,
  uploaded,
  uploadUrl,
} from '../../test/fileClient.ts';

/** Sends the head of a request, and the given part of its body. Resolves with the status that the server answers. */
function partly(url: string, headers: Record<string, string>, body: string): Promise<number | undefined> {
  const request = httpRequest(url, { method: 'PUT', headers: { ...bearer('ana'), ...headers } });
  request.write(body);
  return new Promise((resolve, reject) => {
    request.on('response', ({ statusCode }) => {
      request.destroy();
      resolve(statusCode);
    });
    request.on('error', reject);
  });
}

it('B487 a server stores a file that a user uploads, and its uploader and recipient read it', async () => {
  const server = await startFileServer();
  const body = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
  const stored = await upload(server, body);
  expect(stored.status).toBe(201);
  expect(stored.url).toMatch(new RegExp(`^${filesUrl(server)}/[0-9a-f-]{65}$`));
  for (const user of ['ana', 'bo']) {
    const { status, url } = await signedAddress(stored.url, user);
    expect(status).toBe(200);
    const read = await fetch(url);
    expect(new Uint8Array(await read.arrayBuffer())).toEqual(body);
  }
  expect(await incomingFiles(server.folder)).toEqual([]);
});

it('B487 a token with letters beyond ASCII is sent with percent-encoding', async () => {
  const server = await startFileServer();
  expect((await upload(server, 'x', { as: '花子 %' })).status).toBe(201);
});

it('B488 a file that is uploaded again under its message id keeps its address and its content', async () => {
  const server = await startFileServer();
  const first = await upload(server, 'first', { type: 'text/plain' });
  const again = await upload(server, 'second', { type: 'text/plain' });
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.url).toBe(first.url);
  expect((await ask((await signedAddress(first.url, 'bo')).url)).text).toBe('first');
});

it('B488 the files of different users, recipients and messages have different addresses', async () => {
  const server = await startFileServer();
  const all = [{}, { as: 'bo', to: 'ana' }, { to: 'cy' }, { id: 'm2' }, { as: 'an', to: 'abo' }];
  const addresses = await Promise.all(all.map(async (fields) => (await upload(server, 'x', fields)).url));
  expect(new Set(addresses).size).toBe(all.length);
});

it('B488 a file that is uploaded several times at once is stored once, as a whole', async () => {
  const server = await startFileServer();
  const bodies = Array.from({ length: 8 }, (_, index) => String(index).repeat(200_000));
  const results = await Promise.all(bodies.map((body) => upload(server, body)));
  expect(results.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(results.filter(({ status }) => status === 200)).toHaveLength(7);
  expect(new Set(results.map(({ url }) => url)).size).toBe(1);
  expect(bodies).toContain((await ask((await signedAddress(results[0]?.url ?? '', 'bo')).url)).text);
  expect(await incomingFiles(server.folder)).toEqual([]);
});

it.each([
  ['without a token', { headers: {} }, 401, 'Authorization: Bearer TOKEN'],
  ['with a wrong token', { headers: { authorization: 'Bearer wrong' } }, 401, 'The token is not valid.'],
  ['with a token that is not encoded', { headers: { authorization: 'Bearer %' } }, 401, 'Authorization: Bearer TOKEN'],
  [
    'for a user with whom the sender may not talk',
    { query: 'to=stranger&id=m&name=a' },
    403,
    'does not allow these two users',
  ],
  ['for the sender', { query: 'to=ana&id=m&name=a' }, 403, 'does not allow these two users'],
  ['without a recipient', { query: 'id=m&name=a' }, 400, 'The parameter to is missing.'],
  ['without an id', { query: 'to=bo&name=a' }, 400, 'The parameter id is missing.'],
  ['with a long id', { query: `to=bo&id=${'m'.repeat(201)}&name=a` }, 400, 'id must have 1 to 200 characters'],
  ['without a name', { query: 'to=bo&id=m' }, 400, 'The parameter name is missing.'],
  ['with an empty name', { query: 'to=bo&id=m&name=' }, 400, 'name must have 1 to 255 characters'],
  ['with a folder in the name', { query: 'to=bo&id=m&name=../../secret' }, 400, 'without folders'],
  ['with a line break in the name', { query: 'to=bo&id=m&name=a%0d%0aSet-Cookie:%20x' }, 400, 'invisible characters'],
  [
    'with a name that reverses the text direction',
    { query: 'to=bo&id=m&name=a%E2%80%AEgpj.exe' },
    400,
    'invisible characters',
  ],
  ['with a null character in the name', { query: 'to=bo&id=m&name=a%00' }, 400, 'invisible characters'],
  ['with a long type', { headers: { ...bearer('ana'), 'content-type': 'x'.repeat(201) } }, 400, 'Content-Type'],
  ['that is compressed', { headers: { ...bearer('ana'), 'content-encoding': 'gzip' } }, 415, 'Content-Encoding'],
  ['that is too large', { body: 'x'.repeat(1_001) }, 413, 'The file has more than 1000 bytes.'],
  ['by POST', { method: 'POST' }, 405, 'The address takes PUT, OPTIONS.'],
  ['to another path', { path: '/other' }, 404, 'There is no such file.'],
  ['to a path outside the folder', { path: '/..%2f..%2fetc%2fpasswd' }, 404, 'There is no such file.'],
])('B489 an upload %s is refused with a status and a reason', async (_case, options, status, reason) => {
  const {
    method = 'PUT',
    headers = bearer('ana'),
    query = 'to=bo&id=m&name=a',
    path = '',
    body = 'x',
  } = {
    ...(options as { method?: string; headers?: Record<string, string>; query?: string; path?: string; body?: string }),
  };
  const server = await startFileServer({ maxFileBytes: 1_000 }, { mayTalk: (_user, other) => other !== 'stranger' });
  const response = await ask(`${filesUrl(server)}${path}?${query}`, { method, headers, body });
  expect([response.status, response.reason]).toEqual([status, expect.stringContaining(reason)]);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await readdir(join(server.folder, 'files'))).toEqual([]);
});

it('B489 an upload is refused with 503 where the server cannot check its token, or cannot write', async () => {
  const authenticate = vi.fn<() => string>(() => 'ana');
  authenticate.mockImplementationOnce(() => {
    throw new Error('no database');
  });
  const errors: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: (_: object, text: string) => errors.push(text) };
  const server = await startFileServer({}, { authenticate, logger: log });
  expect(await upload(server, 'x')).toMatchObject({ status: 503, reason: 'The server cannot check who this is.' });
  await rm(join(server.folder, 'incoming'), { recursive: true });
  const refused = await upload(server, 'x'.repeat(500_000));
  expect(refused).toMatchObject({ status: 503, reason: 'The server cannot read or write files now.' });
  expect(errors).toEqual(['authenticate threw', 'a request for a file failed']);
});

it('B489 an upload that has arrived completely and cannot be stored is answered with 503', async () => {
  const server = await startFileServer();
  const headers = { ...bearer('ana'), 'content-length': '2000' };
  const request = httpRequest(uploadUrl(server), { method: 'PUT', headers });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  request.write('x'.repeat(1_000));
  await expect.poll(() => incomingFiles(server.folder)).toHaveLength(1);
  await rm(join(server.folder, 'incoming'), { recursive: true });
  request.end('x'.repeat(1_000));
  const [response] = await answered;
  expect(response.statusCode).toBe(503);
  response.resume();
});

it('B489 an expired token is refused', async () => {
  const server = await startFileServer({}, { authenticate: () => ({ user: 'ana', expiresAt: 1 }) });
  expect(await upload(server, 'x')).toMatchObject({ status: 401, reason: 'The token has expired.' });
});

it('B489 a request without a length is refused', async () => {
  const server = await startFileServer();
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
      controller.close();
    },
  });
  // Node asks for `duplex`; it is not in the types of browsers.
  const options = { method: 'PUT', headers: bearer('ana'), body, duplex: 'half' };
  expect(await ask(uploadUrl(server), options)).toMatchObject({ status: 411 });
});

it('B489 a file over the limit is refused before it arrives', async () => {
  const server = await startFileServer({ maxFileBytes: 1_000 });
  expect(await partly(uploadUrl(server), { 'content-length': '1000000000000' }, 'x')).toBe(413);
});

it('B489 the limit of a user applies to all files together, also to those that arrive at the same moment', async () => {
  const server = await startFileServer({ maxUserBytes: 1_000_000 });
  const body = 'x'.repeat(400_000);
  const results = await Promise.all(['1', '2', '3', '4'].map((id) => upload(server, body, { id })));
  expect(results.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(2);
  const refused = results.find(({ status }) => status === 413);
  expect(refused?.reason).toBe('The files of the user would take more than 1000000 bytes.');
  expect((await upload(server, body, { as: 'bo', to: 'ana' })).status).toBe(201);
  await server.chat.files?.deleteUser('ana');
  expect((await upload(server, body, { id: '5' })).status).toBe(201);
});

it('B489 a small file counts as one block of the disk', async () => {
  const server = await startFileServer({ maxUserBytes: 10_000 });
  const results = [];
  for (const id of ['1', '2', '3']) results.push((await upload(server, 'x', { id })).status);
  expect(results).toEqual([201, 201, 413]);
});

it('B489 the server accepts at most 16 uploads of a user at once', async () => {
  const server = await startFileServer();
  const sockets = Array.from({ length: 16 }, (_, index) => {
    const url = uploadUrl(server, { id: `slow ${index}` });
    const request = httpRequest(url, { method: 'PUT', headers: { ...bearer('ana'), 'content-length': '100' } });
    request.on('error', () => undefined);
    request.write('x');
    return request;
  });
  await expect.poll(() => incomingFiles(server.folder)).toHaveLength(16);
  const refused = await upload(server, 'x', { id: 'fast' });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('5');
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => incomingFiles(server.folder)).toEqual([]);
  expect((await upload(server, 'x', { id: 'fast' })).status).toBe(201);
});

it('B490 an upload that is too slow is ended with 408, and leaves no data', async () => {
  const server = await startFileServer({ uploadTimeout: 100 });
  expect(await partly(uploadUrl(server), { 'content-length': '100000' }, 'x'.repeat(1_000))).toBe(408);
  await expect.poll(() => incomingFiles(server.folder)).toEqual([]);
  expect((await upload(server, 'x')).status).toBe(201);
});

it('B490 an upload that is aborted, or has fewer bytes than its length, leaves no data', async () => {
  const server = await startFileServer();
  const request = httpRequest(uploadUrl(server), {
    method: 'PUT',
    headers: { ...bearer('ana'), 'content-length': '100000' },
  });
  request.on('error', () => undefined);
  request.write('x'.repeat(1_000));
  await expect.poll(() => incomingFiles(server.folder)).toHaveLength(1);
  request.destroy();
  await expect.poll(() => incomingFiles(server.folder)).toEqual([]);
  expect((await upload(server, 'x')).status).toBe(201);
});

it('B490 bytes after the declared length of an upload are not part of the file', async () => {
  const server = await startFileServer();
  const socket = connect(server.port, '127.0.0.1');
  const path = uploadUrl(server).replace(/^.*?\/chat/, '/chat');
  socket.write(
    `PUT ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${bearer('ana').authorization}\r\nContent-Length: 4\r\n\r\ngoodBAD`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
  const { url } = await upload(server, 'good');
  expect((await ask((await signedAddress(url, 'bo')).url)).text).toBe('good');
});

it('B490 an incomplete file of an earlier process is removed, and a file that is still arriving is kept', async () => {
  const folder = await temporaryFolder();
  for (const name of ['abandoned', 'arriving']) {
    await mkdir(join(folder, 'incoming', name), { recursive: true });
    await writeFile(join(folder, 'incoming', name, 'content'), 'part');
  }
  const old = new Date(Date.now() - 3_700_000);
  for (const path of ['abandoned/content', 'abandoned', 'arriving'])
    await utimes(join(folder, 'incoming', path), old, old);
  await startFileServer({ folder });
  expect(await incomingFiles(folder)).toEqual(['arriving']);
});

it('B490 a server that is closed ends the uploads, and the next server accepts uploads', async () => {
  const server = await startFileServer();
  const headers = { ...bearer('ana'), 'content-length': '100000' };
  const request = httpRequest(uploadUrl(server), { method: 'PUT', headers });
  const failed = once(request, 'error');
  request.write('x'.repeat(1_000));
  await expect.poll(() => incomingFiles(server.folder)).toHaveLength(1);
  await server.chat.close();
  await failed;
  await expect.poll(() => incomingFiles(server.folder)).toEqual([]);
  const next = await startFileServer({ folder: server.folder });
  expect((await ask(await uploaded(next, 'whole'))).text).toBe('whole');
});
