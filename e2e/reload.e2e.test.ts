import type { Page } from 'playwright';
import { describe, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

describe('a reload', () => {
  test('B380 keeps a message that was sent while the one before it was being stored', async () => {
    const { open } = await visit();
    const tab = await open('?me=ana&with=bo', slowDownWrites);
    const ana = phone(tab, 'Bo');
    await ana.say('First');
    await ana.say('Second');
    await tab.reload();
    await ana.sent('Waiting to be sent', 'First').waitFor();
    await ana.sent('Waiting to be sent', 'Second').waitFor();
  });

  test('B380 keeps messages that were sent while another tab was writing', async () => {
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
});

/** Lets no other tab write to the database, by a transaction that stays open until the returned function is called. */
async function holdWrites(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('imflow');
        opening.addEventListener('error', () => reject(new Error('The database does not open.')));
        opening.addEventListener('success', () => {
          const store = opening.result.transaction('messages', 'readwrite').objectStore('messages');
          const goOn = (): void => {
            if (Reflect.get(globalThis, 'mayWrite') === true) return;
            store.count().addEventListener('success', goOn);
            resolve();
          };
          goOn();
        });
      }),
  );
  return () => page.evaluate(() => void Reflect.set(globalThis, 'mayWrite', true));
}

/** As on a slow disk: the page learns two seconds later that something is stored. */
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
