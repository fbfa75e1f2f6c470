import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChatApp, openChatApp } from './chatApp.ts';
import { phone } from './phone.ts';

const GUIDE = join(import.meta.dirname, '../docs/guides/content-security-policy.md');
const [, lines = ''] = /^```text\n([^]*?)^```$/m.exec(readFileSync(GUIDE, 'utf8')) ?? [];
const POLICY = lines.trim().replaceAll('\n', ' ');

let app: ChatApp;
beforeAll(async () => {
  app = await openChatApp();
});
afterAll(() => app.close());

test('B309 the application runs under the policy of the guide, and the browser reports no violation', async () => {
  expect(POLICY).toContain("require-trusted-types-for 'script'");
  const context = await app.browser.newContext();
  context.setDefaultTimeout(10_000);
  const errors: string[] = [];
  await context.route('**/*', async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'content-security-policy': POLICY };
    await route.fulfill({ response, headers });
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      reportError(new Error(`violation of ${effectiveDirective}: ${blockedURI} ${sample}`)),
    );
  });
  const open = async (path: string) => {
    const page = await context.newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(`${app.url}${path}`);
    return page;
  };
  const [anasTab, bosTab] = [await open('?me=ana&with=bo'), await open('?me=bo&with=ana')];
  const [ana, bo] = [phone(anasTab, 'Bo'), phone(bosTab, 'Ana')];
  await ana.say('Under a strict policy: https://example.org/');
  await bo.received('Under a strict policy: https://example.org/').waitFor();
  await bo.box.pressSequentially('Hi');
  await ana.typing.waitFor();
  await bo.send.click();
  await ana.received('Hi').waitFor();
  await ana.received('Hi').hover();
  await anasTab.getByRole('toolbar').getByRole('button', { name: 'Reply' }).click();
  await ana.say('A reply');
  const reply = bo.log.getByRole('article').filter({ hasText: 'A reply' });
  await reply.waitFor();
  const own = ana.log.getByRole('article').filter({ hasText: 'A reply' });
  await own.focus();
  await anasTab.keyboard.press('Enter');
  await anasTab.getByRole('dialog', { name: 'Message details' }).waitFor();
  await anasTab.reload();
  await ana.received('Hi').waitFor();

  // The test can detect a violation: it causes one below.
  expect(errors).toEqual([]);
  await anasTab.evaluate(() => {
    try {
      document.body.insertAdjacentHTML('beforeend', '<b></b>');
    } catch {
      // The policy refuses it, as expected.
    }
  });
  await expect.poll(() => errors.length).toBeGreaterThan(0);
  await context.close();
}, 60_000);
