import { createServer } from 'node:http';
import { createChatServer, createMemoryStore, type ChatServer } from '@imflow/server';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../tools/serverStart.mjs';
import { type ChatApp, openChatAppAt } from './chatApp.ts';
import { phone } from './phone.ts';

/** A host name of this machine that is not localhost, so that http:// at it is no secure context. */
const HOST = 'computer.test';

let app: ChatApp;
beforeAll(async () => {
  app = await openChatAppAt(HOST);
});
afterAll(() => app.close());

async function open(path: string): Promise<Page> {
  const context = await app.browser.newContext();
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  await page.goto(`${app.url}${path}`);
  return page;
}

test('on plain http:// in the local network, two people chat with ticks and typing, and a reload loses nothing', async () => {
  const [anas, bos] = [await open('server?name=lan-ana&with=lan-bo'), await open('server?name=lan-bo&with=lan-ana')];
  expect(new URL(anas.url()).hostname).toBe(HOST);
  expect(
    await anas.evaluate(() => [isSecureContext, 'randomUUID' in crypto, 'subtle' in crypto, 'locks' in navigator]),
  ).toEqual([false, false, false, false]);
  for (const page of [anas, bos]) await page.getByRole('button', { name: 'Start chatting' }).click();
  const [ana, bo] = [phone(anas, 'Lan-bo'), phone(bos, 'Lan-ana')];
  await ana.say('Hello');
  await bo.received('Hello').waitFor();
  await ana.sent('Read', 'Hello').waitFor();
  await bo.box.pressSequentially('Hi');
  await ana.typing.waitFor();
  await bo.send.click();
  await ana.received('Hi').waitFor();
  await anas.reload();
  await anas.getByRole('button', { name: 'Start chatting' }).click();
  await ana.received('Hi').waitFor();
  await bo.say('Again');
  await ana.received('Again').waitFor();
}, 90_000);

test('the page offers its address in the local network as a link and as a QR code', async () => {
  const page = await open('server');
  const link = page.getByRole('link', { name: /^http:\/\/[\d.]+:\d+\/server$/ });
  const shown = await fetch(`${app.url}chat-status`.replace(HOST, '127.0.0.1'));
  const { addresses } = (await shown.json()) as { addresses: string[] };
  await expect.poll(() => link.count()).toBe(addresses.length);
  if (addresses.length > 0) {
    await page.getByRole('img', { name: `QR code of ${addresses[0]}server` }).waitFor();
    const folder = process.env['SCREENSHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/server.png`, fullPage: true });
  }
}, 60_000);

test('the page shows that its server is starting, and when the start failed', async () => {
  const page = await open('');
  let state = 'starting';
  await page.route('**/chat-status', (route) => route.fulfill({ json: { state, addresses: [] } }));
  await page.goto(`${app.url}server`);
  await page.getByText('The server is starting…').waitFor();
  state = 'ready';
  await page.getByText('The server is starting…').waitFor({ state: 'detached' });
  state = 'failed';
  await page.reload();
  await page.getByRole('alert').getByText('The server could not start.').waitFor();
}, 60_000);

test('a restart of the server loses nothing: messages written while it is down are sent afterwards', async () => {
  const port = await freePort();
  const memory = createMemoryStore();
  // The store outlives the server, as a database does.
  const store = { ...memory, close: async () => {} };
  async function start(): Promise<{ chat: ChatServer; stop: () => Promise<void> }> {
    const http = createServer();
    const chat = createChatServer({ store, authenticate: ({ token }) => token, origins: [new URL(app.url).origin] });
    chat.attach(http);
    await new Promise<void>((resolve) => {
      http.listen(port, '127.0.0.1', resolve);
    });
    return {
      chat,
      async stop() {
        await chat.close();
        http.closeAllConnections();
        http.close();
      },
    };
  }
  async function signIn(me: string, other: string): Promise<Page> {
    const query = new URLSearchParams({
      protocol: 'websocket',
      server: `ws://127.0.0.1:${port}/chat`,
      address: me,
      with: other,
    });
    const page = await open(`connect?${query}`);
    await page.getByRole('textbox', { name: 'Password' }).fill(me);
    await page.getByRole('button', { name: 'Connect' }).click();
    return page;
  }

  const first = await start();
  const [anas, bos] = [await signIn('ana', 'bo'), await signIn('bo', 'ana')];
  const [ana, bo] = [phone(anas, 'Bo'), phone(bos, 'Ana')];
  await ana.say('Before');
  await bo.received('Before').waitFor();
  await first.stop();
  await ana.say('Meanwhile');
  await ana.sent('Waiting to be sent', 'Meanwhile').waitFor();
  const second = await start();
  await bo.received('Meanwhile').waitFor();
  await ana.sent('Read', 'Meanwhile').waitFor();
  await expect.poll(() => bo.log.getByRole('article').count()).toBe(2);
  await second.stop();
}, 90_000);
