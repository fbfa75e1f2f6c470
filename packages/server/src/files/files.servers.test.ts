import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ask, filesUrl, incomingFiles, temporaryFolder, uploadUrl } from '../../test/fileClient.ts';
import { type ServerProcess, startServerProcess } from '../../test/serverProcess.ts';

// The token of the trial server is the name.
const headers = { authorization: 'Bearer ana' };

async function start(data: string, files: string): Promise<ServerProcess> {
  const server = await startServerProcess('--data', data, '--files', files);
  onTestFinished(() => server.kill());
  return server;
}

async function read(url: string): Promise<string> {
  const signed = await ask(`${url}/address`, { headers: { authorization: 'Bearer bo' } });
  return (await ask(signed.url)).text;
}

it('B496 a server process that is killed during an upload keeps no part of the file, and keeps complete files', async () => {
  const folder = await temporaryFolder();
  const files = join(folder, 'files');
  const server = await start(join(folder, 'data'), files);
  const put = (id: string): ReturnType<typeof ask> =>
    ask(uploadUrl(server, { id }), { method: 'PUT', headers, body: `whole ${id}` });
  const { url } = await put('complete');
  const request = httpRequest(uploadUrl(server, { id: 'cut' }), {
    method: 'PUT',
    headers: { ...headers, 'content-length': '1000000' },
  });
  request.on('error', () => undefined);
  request.write('x'.repeat(100_000));
  await expect.poll(() => incomingFiles(files)).toHaveLength(1);
  await server.kill();
  await server.start();
  expect(await read(url)).toBe('whole complete');
  const again = await put('cut');
  expect(again.status).toBe(201);
  expect(await read(again.url)).toBe('whole cut');
}, 240_000);

it('B496 two server processes that share a folder store one file of a message, and both send it', async () => {
  const folder = await temporaryFolder();
  const [one, two] = (await Promise.all(
    ['one', 'two'].map((name) => start(join(folder, name), join(folder, 'files'))),
  )) as [ServerProcess, ServerProcess];
  const bodies = [one, two].flatMap((server) =>
    ['a', 'b', 'c'].map((letter) => ({ server, body: `${server.port} ${letter}`.repeat(50_000) })),
  );
  const results = await Promise.all(
    bodies.map(({ server, body }) => ask(uploadUrl(server), { method: 'PUT', headers, body })),
  );
  expect(results.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 200, 201]);
  const key = results[0]?.url.replace(/^.*\//, '') ?? '';
  const texts = await Promise.all([one, two].map((server) => read(`${filesUrl(server)}/${key}`)));
  expect(texts[0]).toBe(texts[1]);
  expect(bodies.map(({ body }) => body)).toContain(texts[0]);
}, 240_000);
