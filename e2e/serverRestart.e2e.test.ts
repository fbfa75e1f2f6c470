import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServerProcess } from '../packages/server/test/serverProcess.ts';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

// The browser logs an error for each failed connection, and for the request by which the page finds out the reason.
const visit = withChatApp(/WebSocket connection to|net::ERR_|status of 404/);
const folder = mkdtempSync(join(tmpdir(), 'imflow-restart-'));
let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess('--data', folder);
}, 120_000);
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** A user on a separate device; the password is the name. */
async function connect(name: string, remote: string): Promise<Page> {
  const address = `ws://127.0.0.1:${server.port}/chat`;
  const query = new URLSearchParams({ protocol: 'websocket', server: address, address: name, with: remote });
  const page = await (await visit()).open(`connect?${query}`);
  await page.getByLabel('Password').fill(name);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  return page;
}

test('B328 a server on PGlite loses nothing when it is killed and restarted, for both users and for a new device', async () => {
  const [anas, bos] = [await connect('ana', 'bo'), await connect('bo', 'ana')];
  const [ana, bo] = [phone(anas, 'Bo'), phone(bos, 'Ana')];
  await ana.say('Before');
  await bo.received('Before').waitFor();
  await ana.sent('Read', 'Before').waitFor();
  await server.kill();
  await ana.say('While it was away');
  await bo.say('Me too');
  await ana.sent('Waiting to be sent', 'While it was away').waitFor();
  await server.start();
  await bo.received('While it was away').waitFor({ timeout: 60_000 });
  await ana.received('Me too').waitFor({ timeout: 60_000 });
  await ana.sent('Read', 'While it was away').waitFor({ timeout: 60_000 });
  await bo.sent('Read', 'Me too').waitFor({ timeout: 60_000 });
  const other = phone(await connect('ana', 'bo'), 'Bo');
  await other.received('Me too').waitFor();
  for (const each of [ana, bo, other]) await expect.poll(() => each.log.getByRole('article').count()).toBe(3);
}, 180_000);
