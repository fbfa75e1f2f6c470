import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SELF_SIGNED } from './selfSigned.ts';
import { withChatApp } from './visits.ts';

// The browser logs an error for each failed connection.
const visit = withChatApp(/WebSocket connection to|net::ERR_/);

describe('a server that cannot be reached', () => {
  const servers: Server[] = [];
  const urls: Record<'plain' | 'untrusted', string> = { plain: '', untrusted: '' };

  beforeAll(async () => {
    const answer = (_: unknown, response: { end: (text: string) => void }): void => response.end('Hello');
    for (const [name, scheme, server] of [
      ['plain', 'ws', createHttpServer(answer)],
      ['untrusted', 'wss', createHttpsServer(SELF_SIGNED, answer)],
    ] as const) {
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      servers.push(server);
      urls[name] = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/xmpp`;
    }
  });
  afterAll(() => {
    for (const server of servers) server.close();
  });

  test.each([
    ['nobody answers', () => 'ws://127.0.0.1:9/xmpp', 'The server cannot be reached.'],
    ['not a WebSocket', () => urls.plain, 'Something answers at this address, but it is not a WebSocket'],
    ['a certificate that nobody trusts', () => urls.untrusted, 'its certificate is not trusted by this browser'],
  ])('the sign-in page explains in plain words why the server cannot be used: %s', async (_, url, translations) => {
    const page = await (await visit()).open('connect');
    await page.getByLabel('Server').fill(url());
    await page.getByLabel('Address').fill('ana@localhost');
    await page.getByLabel('Password').fill('secret');
    await page.getByLabel('Talk to').fill('bo@localhost');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    // A browser delays a new attempt at an address that has just failed.
    await page.getByRole('alert').getByText(translations).waitFor({ timeout: 30_000 });
    // The typed values are still there, so that the user can correct them.
    expect(await page.getByLabel('Server').inputValue()).toBe(url());
    expect(await page.getByLabel('Password').inputValue()).toBe('secret');
  });

  test.each([
    ['server', 'Server', 'example', 'The server has to be like wss://example.com/xmpp-websocket.'],
    ['address', 'Address', 'nobody at all', 'The address has to be like ana@example.com.'],
    ['participant', 'Talk to', 'ana@localhost', '“Talk to” has to name somebody else'],
  ])('B376 an invalid %s is explained at its field, which receives the focus', async (_, label, value, words) => {
    const page = await (await visit()).open('connect');
    const good = { Server: 'ws://127.0.0.1:9/xmpp', Address: 'ana@localhost', 'Talk to': 'bo@localhost' };
    for (const [name, text] of Object.entries({ ...good, [label]: value })) await page.getByLabel(name).fill(text);
    await page.getByLabel('Password').fill('secret');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('alert').getByText(words).waitFor();
    const field = page.getByRole('textbox', { name: label, exact: true });
    await expect.poll(() => field.evaluate((each) => each === document.activeElement)).toBe(true);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const description = await field.evaluate((each) => {
      return document.getElementById(each.getAttribute('aria-describedby') ?? '')?.textContent;
    });
    expect(description).toContain(words);
    await expect.poll(() => page.locator('[aria-invalid]').count()).toBe(1);
  });
});
