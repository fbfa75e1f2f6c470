import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasProsody, type XmppServer, startProsody } from '../packages/xmpp/test/server/prosody.mjs';
import { type Phone, phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

/** A window that is high enough for all rows of a long conversation to be rendered. */
const TALL = { viewport: { width: 900, height: 9_000 } };

/** The names of all rows, in the order of the log. */
function rowsOf({ log }: Phone): Promise<string[]> {
  return log.getByRole('article').evaluateAll((rows) =>
    rows.map((row) =>
      (row.getAttribute('aria-labelledby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' '),
    ),
  );
}

/** The texts of the messages, in the order of the log. */
async function textsOf(side: Phone, who: string): Promise<string[]> {
  return (await rowsOf(side)).flatMap((row) => new RegExp(`${who} said: (\\w+ \\w+)`).exec(row)?.[1] ?? []);
}

/** Waits until a message is in the database of a page. */
async function storedIn(page: Page, body = ''): Promise<void> {
  const isStored = (): Promise<boolean> =>
    page.evaluate(
      (text) =>
        new Promise<boolean>((resolve, reject) => {
          const opening = indexedDB.open('imflow');
          opening.addEventListener('error', () => reject(opening.error as Error));
          opening.addEventListener('success', () => {
            const database = opening.result;
            const reading = database.transaction('messages').objectStore('messages').getAll();
            reading.addEventListener('error', () => reject(reading.error as Error));
            reading.addEventListener('success', () => {
              database.close();
              resolve(JSON.stringify(reading.result).includes(JSON.stringify(text)));
            });
          });
        }),
      body,
    );
  await expect.poll(isStored, { timeout: 10_000 }).toBe(true);
}

describe.skipIf(!hasProsody())('on an XMPP server', () => {
  let server: XmppServer;
  beforeAll(async () => {
    server = await startProsody();
    for (const name of ['ana', 'bo', 'cy', 'di', 'eva', 'fin', 'gus', 'hal', 'ivy', 'joe'])
      await server.addUser(name, 'secret');
  });
  afterAll(() => server.stop());

  async function connect(page: Page, address: string, remote: string, password = 'secret', url = server.url) {
    await page.getByLabel('Server').fill(url);
    await page.getByLabel('Address').fill(address);
    await page.getByLabel('Password').fill(password);
    await page.getByLabel('Talk to').fill(remote);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
  }

  test('two people talk over XMPP; a reload asks for the password and loses nothing', async () => {
    const [anas, bos] = [await visit(), await visit()];
    const [anasTab, bosTab] = [await anas.open('connect'), await bos.open('connect')];
    await connect(anasTab, 'ana@localhost', 'bo@localhost');
    await connect(bosTab, 'bo@localhost', 'ana@localhost');
    const [ana, bo] = [phone(anasTab, 'Bo'), phone(bosTab, 'Ana')];
    await ana.say('Hello Bo');
    await bo.received('Hello Bo').waitFor();
    await ana.sent('Read', 'Hello Bo').waitFor();
    await bo.box.pressSequentially('Hi');
    await ana.typing.waitFor();
    await bo.send.click();
    await ana.received('Hi').waitFor();

    await bosTab.reload();
    expect(await bosTab.getByLabel('Password').inputValue()).toBe('');
    expect(await bosTab.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain('secret');
    await ana.say('Are you there?');
    await connect(bosTab, 'bo@localhost', 'ana@localhost');
    await bo.received('Are you there?').waitFor();
    await ana.sent('Read', 'Are you there?').waitFor();
    await expect.poll(() => bo.log.getByRole('article').count()).toBe(3);
  });

  test('messages sent before a user’s first sign-in are delivered, and read when the user sees them', async () => {
    const anasTab = await (await visit()).open('connect');
    await connect(anasTab, 'ivy@localhost', 'joe@localhost');
    await phone(anasTab, 'Joe').say('Before you came');
    await phone(anasTab, 'Joe').sent('Sent', 'Before you came').waitFor();
    const bosTab = await (await visit()).open('connect');
    await connect(bosTab, 'joe@localhost', 'ivy@localhost');
    await phone(bosTab, 'Ivy').received('Before you came').waitFor();
    await phone(anasTab, 'Joe').sent('Read', 'Before you came').waitFor();
  });

  test('B115 B116 20 reloads during a conversation lose nothing, duplicate nothing, and keep the order', async () => {
    const [anasTab, bosTab] = [await (await visit(TALL)).open('connect'), await (await visit(TALL)).open('connect')];
    await connect(anasTab, 'cy@localhost', 'di@localhost');
    await connect(bosTab, 'di@localhost', 'cy@localhost');
    const [ana, bo] = [phone(anasTab, 'Di'), phone(bosTab, 'Cy')];
    const [anas, bos]: [string[], string[]] = [[], []];
    for (let round = 0; round < 20; round += 1) {
      // One tab reloads right after both users have sent messages, whether these have reached the server or not.
      const [tab, name, remote] = round % 2 === 0 ? ([anasTab, 'cy', 'di'] as const) : ([bosTab, 'di', 'cy'] as const);
      await Promise.all([ana.box.waitFor(), bo.box.waitFor()]);
      for (const turn of ['a', 'b']) {
        anas.push(`Cy ${round}${turn}`);
        bos.push(`Di ${round}${turn}`);
        await ana.say(`Cy ${round}${turn}`);
        await bo.say(`Di ${round}${turn}`);
      }
      // A message is kept over a reload once it is stored, a moment after it is shown. No user reloads faster.
      await Promise.all([storedIn(anasTab, anas.at(-1)), storedIn(bosTab, bos.at(-1))]);
      await tab.reload();
      await connect(tab, `${name}@localhost`, `${remote}@localhost`);
    }
    await bo.received('Cy 19b').waitFor();
    await ana.received('Di 19b').waitFor();
    for (const [side, own] of [
      [ana, anas],
      [bo, bos],
    ] as const) {
      await side.sent('Read', own.at(-1) ?? '').waitFor();
      await expect.poll(() => textsOf(side, 'You')).toEqual(own);
      const unread = async () =>
        (await rowsOf(side)).filter((row) => row.includes('You said') && !row.startsWith('Read'));
      await expect.poll(unread).toEqual([]);
    }
    expect(await textsOf(ana, 'Di')).toEqual(bos);
    expect(await textsOf(bo, 'Cy')).toEqual(anas);
  }, 120_000);

  test('many conversations share one connection, also with a new participant, and a reload restores them', async () => {
    const [anas, bos, cys] = [await visit(), await visit(), await visit()];
    const [anasTab, bosTab, cysTab] = [
      await anas.open('connect'),
      await bos.open('connect'),
      await cys.open('connect'),
    ];
    await connect(anasTab, 'eva@localhost', 'fin@localhost');
    await connect(bosTab, 'fin@localhost', 'eva@localhost');
    await connect(cysTab, 'gus@localhost', 'eva@localhost');
    const row = (name: string) => anasTab.getByRole('option', { name: new RegExp(`^${name}\\b`) });
    await phone(cysTab, 'Eva').say('Do you know me?');
    await phone(bosTab, 'Eva').say('Hello from Fin');
    // Eva has the conversation with Fin open. The message of Gus is unread, and he receives only "delivered".
    await phone(anasTab, 'Fin').received('Hello from Fin').waitFor();
    await row('Gus').getByText('1 new message', { exact: true }).waitFor();
    await phone(cysTab, 'Eva').sent('Delivered', 'Do you know me?').waitFor();

    await anasTab.reload();
    await phone(cysTab, 'Eva').say('Still there?');
    await connect(anasTab, 'eva@localhost', 'fin@localhost');
    await row('Gus').getByText('2 new messages', { exact: true }).waitFor();
    await row('Gus').click();
    const gus = phone(anasTab, 'Gus');
    await gus.received('Do you know me?').waitFor();
    await phone(cysTab, 'Eva').sent('Read', 'Still there?').waitFor();
    await gus.say('Now I do');
    await phone(cysTab, 'Eva').received('Now I do').waitFor();

    await anasTab.getByPlaceholder('Talk to somebody: their address').fill('HAL@localhost');
    await anasTab.getByRole('button', { name: 'Begin' }).click();
    await phone(anasTab, 'Hal').box.waitFor();
  });

  test('a wrong password is explained in words', async () => {
    const page = await (await visit()).open('connect');
    await connect(page, 'ana@localhost', 'bo@localhost', 'wrong');
    await page.getByRole('alert').getByText('the password is wrong').waitFor();
    await connect(page, 'ana@localhost', 'bo@localhost', 'wrong', 'http://example.com');
    await page.getByRole('alert').getByText('must be a wss:// address').waitFor();
  });
});
