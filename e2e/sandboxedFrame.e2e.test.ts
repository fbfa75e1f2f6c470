import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChatApp, openChatApp } from './chatApp.ts';
import { phone } from './phone.ts';

let app: ChatApp;
beforeAll(async () => {
  app = await openChatApp();
});
afterAll(() => app.close());

/** Opens the application in a frame that may run scripts and has no origin: it gets no storage, no locks, no clipboard. */
async function openInFrame(path: string) {
  const context = await app.browser.newContext();
  context.setDefaultTimeout(10_000);
  const errors: string[] = [];
  // For a page of an opaque origin, the scripts are cross-origin.
  await context.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/host') {
      const body = `<iframe sandbox="allow-scripts" src="/${path}" style="width: 1280px; height: 800px"></iframe>`;
      return route.fulfill({ contentType: 'text/html', body });
    }
    const response = await route.fetch();
    return route.fulfill({ response, headers: { ...response.headers(), 'access-control-allow-origin': '*' } });
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // The browser logs the refusal; it is not an error of the page.
    const isNote = message.text().startsWith('Permissions policy violation: The Clipboard API');
    if (message.type() === 'error' && !isNote) errors.push(message.text());
  });
  await page.goto(`${app.url}host`);
  const body = page.frameLocator('iframe').locator('body');
  return { page, body, errors };
}

/** Returns the names of the features that the browser refuses in such a frame. Runs in the frame. */
async function refusals(): Promise<string[]> {
  const attempts: Record<string, () => unknown> = {
    localStorage: () => localStorage.length,
    sessionStorage: () => sessionStorage.length,
    locks: () => navigator.locks.request('a', () => undefined),
    indexedDB: () => indexedDB.open('a'),
    clipboard: () => navigator.clipboard.writeText('a'),
  };
  const refused: string[] = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
    } catch {
      refused.push(name);
    }
  }
  if (Notification.permission === 'denied') refused.push('Notification');
  return refused;
}

test('B317 in a frame without storage, locks, clipboard and notifications, a chat works in memory', async () => {
  const { page, body, errors } = await openInFrame('');
  const [ana, bo] = [
    phone(body.getByRole('region', { name: 'Ana’s phone' }), 'Bo'),
    phone(body.getByRole('region', { name: 'Bo’s phone' }), 'Ana'),
  ];
  await ana.box.waitFor();
  const frame = page.frames().find((each) => each !== page.mainFrame());
  expect(await frame?.evaluate(refusals)).toEqual([
    'localStorage',
    'sessionStorage',
    'locks',
    'indexedDB',
    'clipboard',
    'Notification',
  ]);
  await ana.say('Hello from a frame');
  await bo.received('Hello from a frame').waitFor();
  await bo.box.pressSequentially('Hi');
  await ana.typing.waitFor();
  await bo.send.click();
  await ana.received('Hi').waitFor();
  await ana.received('Hi').hover();
  await body.getByRole('toolbar').getByRole('button', { name: 'Copy' }).first().click();
  await body.getByRole('toolbar').getByRole('button', { name: 'Reply' }).first().click();
  await ana.say('A reply');
  await bo.log.getByRole('article').filter({ hasText: 'A reply' }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('B317 in a sandboxed frame, each tab is its own leader and shows that messages wait', async () => {
  const { page, body, errors } = await openInFrame('?me=ana&with=bo');
  const ana = phone(body, 'Bo');
  await ana.say('Is anybody there?');
  await ana.log.getByRole('article').filter({ hasText: 'Is anybody there?' }).waitFor();
  await body.getByTitle('Waiting to be sent').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
