import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { message, openRaw, type RawClient } from '../../test/rawClient.ts';
import { type CommandResult, runCommand } from './runCommand.ts';

const folder = mkdtempSync(join(tmpdir(), 'imflow-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ result: CommandResult; said: string; errors: string }> {
  const [said, errors]: [string[], string[]] = [[], []];
  const result = await runCommand(args, { print: (line) => said.push(line), printError: (line) => errors.push(line) });
  return { result, said: said.join('\n'), errors: errors.join('\n') };
}

async function signIn(port: number, name: string, origin?: string): Promise<RawClient> {
  const client = await openRaw(`ws://127.0.0.1:${port}/chat`, origin);
  client.say({ type: 'hello', protocol: 1, token: name, device: 'd' });
  await client.next(({ type }) => type === 'welcome');
  return client;
}

it.each([
  [['--prt', '1'], "Unknown option '--prt'."],
  [['--port'], "Option '--port <value>' argument missing."],
  [['--port', '70000'], '--port is "70000", but must be a number from 0 to 65535.'],
  [['--port='], '--port is "", but must be a number from 0 to 65535.'],
  [['--host='], '--host is empty'],
  [['--data='], '--data is empty'],
  [['--data', 'x', '--database', 'postgres://h/d'], '--data and --database exclude each other'],
  [['--database', 'mysql://u:secret@h/d'], '--database must be an address such as postgres://'],
  [['--nats', 'nats://h'], 'it needs --database'],
  [['--origin', 'example.com'], '--origin is "example.com", but must be an origin such as https://example.com'],
  [['--files='], '--files is empty, but must be a folder'],
  [
    ['--files', '/dev/null/x', '--data', `${folder}/b323`, '--port', '0'],
    '--files: the folder cannot be used: ENOTDIR',
  ],
  [['somewhere'], "Unexpected argument 'somewhere'."],
  [['--database', 'postgres://u:secret@127.0.0.1:1/d', '--port', '0'], '--database: the tables cannot be opened'],
])('B323 the command names the fault in %j, and prints no password', async (args, text) => {
  const { result, errors } = await run(...args);
  expect(result).toEqual({ exitCode: 2 });
  expect(errors).toContain(text);
  expect(errors).toContain('--help');
  expect(errors).not.toMatch(/secret|\n {4}at /);
});

it('B323 the command says that it is for evaluation, keeps messages over a restart, and answers health and metrics', async () => {
  const { result, said } = await run('--port', '0', '--data', folder);
  if (!('server' in result)) throw new Error('It did not start.');
  const { server } = result;
  expect(said).toContain(`ws://127.0.0.1:${server.port}/chat`);
  expect(said).toContain('It is for trying');
  expect(said).toContain(folder);
  const ana = await signIn(server.port, 'Ana', 'http://localhost:5173');
  expect(await ana.ask(message('bo', 'hello'))).toMatchObject({ type: 'accepted' });
  await expect(openRaw(`ws://127.0.0.1:${server.port}/chat`, 'https://evil.example')).rejects.toThrow('403');
  const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${server.port}${path}`);
  expect(await (await ask('/health')).json()).toEqual({ ok: true, connections: 1 });
  expect(await (await ask('/metrics')).text()).toContain('imflow_connections 1');
  expect((await ask('/')).status).toBe(404);

  // The folder and the port are taken.
  expect((await run('--port', '0', '--data', folder)).errors).toContain('is used by a server of this process');
  const taken = await run('--port', String(server.port), '--data', `${folder}/other`);
  expect(taken.errors).toContain(`--port: ${server.port} is used by another program`);
  await server.close();

  const again = await run('--port', '0', '--data', folder);
  if (!('server' in again.result)) throw new Error('It did not start again.');
  const bo = await signIn(again.result.server.port, 'bo');
  expect(await bo.ask({ type: 'history', with: 'ana', limit: 5 })).toMatchObject({ entries: [{ body: 'hello' }] });
  await again.result.server.close();
}, 120_000);

it('B498 the command accepts files where an option names a folder for them', async () => {
  const files = join(folder, 'files');
  const { result, said } = await run('--port', '0', '--data', join(folder, 'with files'), '--files', files);
  if (!('server' in result)) throw new Error('It did not start.');
  const { server } = result;
  expect(said).toContain(`Files are in the folder ${files}.`);
  const url = `http://127.0.0.1:${server.port}/chat/files`;
  const put = await fetch(`${url}?to=bo&id=m&name=a.txt`, {
    method: 'PUT',
    headers: { authorization: 'Bearer ana' },
    body: 'x',
  });
  expect(put.status).toBe(201);
  expect((await fetch(`http://127.0.0.1:${server.port}/health`)).status).toBe(200);
  await server.close();
}, 60_000);

it('B323 the command shows its options and its version', async () => {
  expect((await run('--help')).said).toContain('--database URL');
  expect((await run('--version')).said).toMatch(/^\d+\.\d+\.\d+/);
});
