import type { Locator, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { type Phone, phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

async function openBoth() {
  const { open } = await visit();
  const [anasTab, bosTab] = [await open('?me=ana&with=bo'), await open('?me=bo&with=ana')];
  return { anasTab, bosTab, ana: phone(anasTab, 'Bo'), bo: phone(bosTab, 'Ana') };
}

/** Moves the pointer over a message, and presses a button of its toolbar. */
async function act(message: Locator, name: string): Promise<void> {
  await message.hover();
  const toolbar = message.getByRole('toolbar', { name: 'Message actions' });
  await toolbar.getByRole('button', { name, exact: true }).click();
}

const inLog = ({ log }: Phone, text: string | RegExp): Locator => log.getByRole('article').filter({ hasText: text });

async function stored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const rows: unknown[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '');
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(new Error(String(request.error))));
      });
      for (const store of database.objectStoreNames) {
        rows.push(
          await new Promise((resolve) => {
            const request = database.transaction(store).objectStore(store).getAll();
            request.addEventListener('success', () => resolve(request.result));
          }),
        );
      }
      database.close();
    }
    return JSON.stringify([rows, Object.entries(localStorage)]);
  });
}

describe('two tabs', () => {
  test('B243 B251 an edit shows in both tabs, and the ticks are those of the new text', async () => {
    const { ana, bo } = await openBoth();
    await ana.say('helo');
    await ana.sent('Read', 'helo').waitFor();
    await ana.box.press('ArrowUp');
    await expect.poll(() => ana.box.inputValue()).toBe('helo');
    await ana.box.fill('hello');
    await ana.box.press('Enter');
    await inLog(bo, 'hello').getByText('edited').waitFor();
    await ana.sent('Read', 'hello edited').waitFor();
    await expect.poll(() => ana.log.getByRole('article').count()).toBe(1);
    expect(await ana.box.inputValue()).toBe('');
  });

  test('B245 B249 a reaction shows in both tabs, and a click on its chip adds the own reaction', async () => {
    const { ana, bo } = await openBoth();
    await ana.say('Tea?');
    await bo.received('Tea?').waitFor();
    await act(bo.received('Tea?'), 'React');
    await bo.log.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: '👍' }).click();
    await ana.log.getByRole('button', { name: '👍, Bo', exact: true }).click();
    await ana.log.getByRole('button', { name: '👍, you and Bo', pressed: true }).waitFor();
    await bo.log.getByRole('button', { name: '👍, you and Ana', pressed: true }).waitFor();
  });

  test('B244 B252 a reply quotes its message in both tabs', async () => {
    const { ana, bo } = await openBoth();
    await ana.say('At 8?');
    await act(bo.received('At 8?'), 'Reply');
    await bo.box.pressSequentially('Gladly');
    await bo.box.press('Enter');
    await bo.log.getByRole('button', { name: 'Reply to Ana: At 8?' }).waitFor();
    await ana.log.getByRole('button', { name: 'Reply to you: At 8?' }).waitFor();
  });

  test('B243 B253 a deleted message disappears from both tabs and from their storage', async () => {
    const { anasTab, bosTab, ana, bo } = await openBoth();
    await ana.say('a slip of the tongue');
    await ana.sent('Read', 'a slip of the tongue').waitFor();
    await act(ana.sent('Read', 'a slip of the tongue'), 'Delete');
    await anasTab.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await bo.log.getByText('Message deleted').waitFor();
    await ana.log.getByText('You deleted this message').waitFor();
    for (const tab of [anasTab, bosTab]) {
      await expect.poll(() => stored(tab)).not.toContain('slip of the tongue');
      expect(await tab.content()).not.toContain('slip of the tongue');
    }
  });
});
