import type { Locator, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { type Phone, phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

describe('a reload', () => {
  test('B380 a reload keeps a message that was sent while the one before it was being stored', async () => {
    const { open } = await visit();
    const tab = await open('?me=ana&with=bo', slowDownWrites);
    const ana = phone(tab, 'Bo');
    await ana.say('First');
    await ana.say('Second');
    await tab.reload();
    await ana.sent('Waiting to be sent', 'First').waitFor();
    await ana.sent('Waiting to be sent', 'Second').waitFor();
  });

  test('B380 a reload keeps messages that were sent while another tab was writing', async () => {
    const { open } = await visit();
    const tab = await open('?me=ana&with=bo');
    const ana = phone(tab, 'Bo');
    await ana.say('Before');
    await tab.reload();
    await ana.sent('Waiting to be sent', 'Before').waitFor();

    const letWrite = await holdWrites(await open('?me=ana&with=cy'));
    await ana.say('First');
    await ana.say('Second');
    await tab.reload({ waitUntil: 'commit' });
    await letWrite();
    await ana.sent('Waiting to be sent', 'First').waitFor();
    await ana.sent('Waiting to be sent', 'Second').waitFor();
  });

  test(
    'B380 a reload keeps edits, deletions, and reactions that were made while another tab was writing',
    { timeout: 60_000 },
    async () => {
      const { open } = await visit();
      const tab = await open('?me=ana&with=bo');
      const ana = phone(tab, 'Bo');
      const bosTab = await open('?me=bo&with=ana');
      const bo = phone(bosTab, 'Ana');
      await bo.say('Tea?');
      await ana.received('Tea?').waitFor();
      await ana.say('At aight');
      await ana.sent('Read', 'At aight').waitFor();
      await bosTab.close();
      await ana.say('Chekers?');
      await ana.say('Never mind');
      await tab.reload();
      await ana.sent('Waiting to be sent', 'Never mind').waitFor();

      const letWrite = await holdWrites(await open('?me=ana&with=cy'));
      await editMessage(ana, ana.sent('Read', 'At aight'), 'At eight');
      await editMessage(ana, ana.sent('Waiting to be sent', 'Chekers?'), 'Checkers?');
      await act(ana.sent('Waiting to be sent', 'Never mind'), 'Delete');
      await act(ana.received('Tea?'), 'React');
      await ana.log.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: '👍' }).click();
      await ana.log.getByRole('button', { name: '👍, you', exact: true }).waitFor();
      await tab.reload({ waitUntil: 'commit' });
      await letWrite();
      await ana.sent('Waiting to be sent', 'Checkers?').waitFor();
      await ana.log.getByRole('button', { name: '👍, you', exact: true }).waitFor();
      expect(await ana.log.getByText('Never mind').count()).toBe(0);

      const back = phone(await open('?me=bo&with=ana'), 'Ana');
      await back.received('At eight').waitFor();
      await back.received('Checkers?').waitFor();
      await back.log.getByRole('button', { name: '👍, Ana', exact: true }).waitFor();
      expect(await back.log.getByText('Never mind').count()).toBe(0);
    },
  );
});

/** Moves the pointer over a message, and presses a button of its toolbar. */
async function act(message: Locator, name: string): Promise<void> {
  await message.hover();
  await message.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name, exact: true }).click();
}

async function editMessage({ box }: Phone, message: Locator, text: string): Promise<void> {
  await act(message, 'Edit');
  await box.fill(text);
  await box.press('Enter');
}

/** Blocks writes of all tabs to the database, by a transaction that stays open until the returned function is called. */
async function holdWrites(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('imflow');
        opening.addEventListener('error', () => reject(new Error('The database does not open.')));
        opening.addEventListener('success', () => {
          const store = opening.result.transaction('messages', 'readwrite').objectStore('messages');
          const keepTransactionOpen = (): void => {
            if (Reflect.get(globalThis, 'mayWrite') === true) return;
            store.count().addEventListener('success', keepTransactionOpen);
            resolve();
          };
          keepTransactionOpen();
        });
      }),
  );
  return () => page.evaluate(() => void Reflect.set(globalThis, 'mayWrite', true));
}

/** Simulates a slow disk: the page learns two seconds late that a write has completed. */
function slowDownWrites(): void {
  const { addEventListener } = IDBTransaction.prototype;
  IDBTransaction.prototype.addEventListener = function later(
    this: IDBTransaction,
    type: string,
    listener: EventListenerOrEventListenerObject,
  ) {
    if (type !== 'complete' || this.mode !== 'readwrite' || typeof listener !== 'function') {
      addEventListener.call(this, type, listener);
      return;
    }
    addEventListener.call(this, type, (event) => setTimeout(() => listener.call(this, event), 2_000));
  };
}
