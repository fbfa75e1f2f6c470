import { createServer, type RequestListener } from 'node:http';
import { expect, it } from 'vitest';
import {
  ask,
  bearer,
  filesUrl,
  signedAddress,
  startFileServer,
  temporaryFolder,
  upload,
  uploaded,
  uploadUrl,
} from '../../test/fileClient.ts';
import { message, operation, signIn } from '../../test/rawClient.ts';
import { listen, startServer } from '../../test/startServer.ts';
import { createChatServer, createMemoryStore } from '../index.ts';

it('B495 a retraction deletes the file of its message before it is accepted, and only its author does so', async () => {
  const server = await startFileServer();
  const [ana, bo] = [await signIn(server.url, 'ana'), await signIn(server.url, 'bo')];
  const sent = message('bo', '{}');
  await ana.ask(sent);
  const url = await uploaded(server, 'x', { id: sent.id });
  expect(await bo.ask(operation('ana', sent.id, 'retract'))).toMatchObject({ type: 'refused', code: 403 });
  expect((await ask(url)).status).toBe(200);
  expect(await ana.ask(operation('bo', sent.id, 'retract'))).toMatchObject({ type: 'accepted' });
  expect(await ask(url)).toMatchObject({ status: 404 });
  for (const each of [ana, bo]) each.socket.close();
});

it('B495 the application can delete the files of a user, and those that were stored before a time', async () => {
  const server = await startFileServer();
  const [ofAna, ofBo] = [await uploaded(server, 'x'), await uploaded(server, 'x', { as: 'bo', to: 'ana' })];
  await server.chat.files?.deleteUser('ana');
  expect([(await ask(ofAna)).status, (await ask(ofBo)).status]).toEqual([404, 200]);
  await server.chat.files?.deleteBefore(Date.now() - 60_000);
  expect((await ask(ofBo)).status).toBe(200);
  await server.chat.files?.deleteBefore(Date.now() + 60_000);
  expect((await ask(ofBo)).status).toBe(404);
  await server.chat.files?.deleteUser('nobody');
});

it('B496 two nodes that share a folder send the files of each other, with the addresses of each other', async () => {
  const folder = await temporaryFolder();
  const [one, two] = await Promise.all([startFileServer({ folder }), startFileServer({ folder })]);
  const { url } = await upload(one, 'from one');
  const again = await upload(two, 'again');
  expect([again.status, again.url]).toEqual([200, url.replace(String(one.port), String(two.port))]);
  const signed = (await signedAddress(again.url, 'bo')).url;
  for (const { port } of [one, two]) {
    const { text } = await ask(signed.replace(String(two.port), String(port)));
    expect(text).toBe('from one');
  }
});

it('B496 a server keeps files and their addresses over a restart', async () => {
  const first = await startFileServer();
  const url = await uploaded(first, 'kept');
  await first.close();
  const second = await startFileServer({ folder: first.folder });
  expect((await ask(url.replace(String(first.port), String(second.port)))).text).toBe('kept');
});

it('B499 a server without the option `files` accepts no files', async () => {
  const server = await startServer();
  const http = createServer((request, response) => server.chat.handleRequest(request, response));
  const port = await listen(http);
  expect(server.chat.files).toBeUndefined();
  expect((await ask(uploadUrl({ port }), { method: 'PUT', body: 'x', headers: bearer('ana') })).status).toBe(404);
  http.close();
  await server.close();
});

it('B499 a server handles only requests for files, and leaves all others to the listeners of the HTTP server', async () => {
  const chat = createChatServer({
    store: createMemoryStore(),
    authenticate: ({ token }) => token,
    files: { folder: await temporaryFolder() },
  });
  const paths: unknown[] = [];
  const application: RequestListener = (request, response) => {
    paths.push(request.url);
    response.end('application');
  };
  const http = createServer(application);
  chat.attach(http, { path: '/im' });
  const port = await listen(http);
  const read = (path: string): Promise<string> => ask(`http://127.0.0.1:${port}${path}`).then(({ text }) => text);
  for (const path of ['/', '/im', '/im/filesystem', '/chat/files', '/x?/im/files'])
    expect(await read(path)).toBe('application');
  expect(await read('/im/files')).toContain('The address takes PUT');
  expect(await read('/im/files/x?y')).toContain('There is no such file');
  expect(paths).toEqual(['/', '/im', '/im/filesystem', '/chat/files', '/x?/im/files']);
  await chat.close();
  expect(http.listeners('request')).toEqual([application]);
  http.close();
});

it('B499 an HTTP server without other listeners answers 404 to other requests', async () => {
  const server = await startFileServer();
  expect((await ask(filesUrl(server).replace('/files', '/other'))).status).toBe(404);
});

it.each([
  [{ folder: '' }, 'files.folder is "", but must name a folder.'],
  [{ folder: undefined as never }, 'files.folder is undefined, but must name a folder.'],
  [
    { folder: 'x', maxFileBytes: 0 },
    'files.maxFileBytes is 0, but must be a whole number from 1 to 1099511627776 bytes.',
  ],
  [{ folder: 'x', maxUserBytes: 1.5 }, 'files.maxUserBytes is 1.5, but must be a whole number from 1 to'],
  [
    { folder: 'x', addressLifetime: 10 },
    'files.addressLifetime is 10, but must be a whole number from 60000 to 86400000 ms.',
  ],
  [{ folder: 'x', uploadTimeout: 10 }, 'files.uploadTimeout is 10, but must be a whole number from 100 to 600000 ms.'],
])('B499 a server names an invalid option of files: %o', (files, text) => {
  const store = createMemoryStore();
  expect(() => createChatServer({ store, authenticate: () => 'ana', files })).toThrow(text);
});

it('B499 a server whose folder cannot be used does not start, and names the folder', async () => {
  const chat = createChatServer({
    store: createMemoryStore(),
    authenticate: ({ token }) => token,
    files: { folder: '/dev/null/files' },
  });
  await expect(chat.ready).rejects.toThrow('/dev/null/files');
  await chat.close();
});
