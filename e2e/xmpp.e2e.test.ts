import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasProsody, type Prosody, startProsody } from '../scripts/prosody.mjs';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

describe.skipIf(!hasProsody())('on an XMPP server', () => {
  let server: Prosody;
  beforeAll(async () => {
    server = await startProsody();
    for (const name of ['ana', 'bo']) server.addUser(name, 'secret');
  });
  afterAll(() => server.stop());

  async function connect(page: Page, address: string, remote: string, password = 'secret', url = server.url) {
    await page.getByLabel('Server').fill(url);
    await page.getByLabel('Address').fill(address);
    await page.getByLabel('Password').fill(password);
    await page.getByLabel('Talk to').fill(remote);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
  }

  test('two people talk; a reload asks for the password and loses nothing', async () => {
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
    expect(await bo.log.getByRole('article').count()).toBe(3);
  });

  test('a wrong password is said in words', async () => {
    const page = await (await visit()).open('connect');
    await connect(page, 'ana@localhost', 'bo@localhost', 'wrong');
    await page.getByRole('alert').getByText('the password is wrong').waitFor();
    await connect(page, 'ana@localhost', 'bo@localhost', 'wrong', 'http://example.com');
    await page.getByRole('alert').getByText('must be a wss:// address').waitFor();
  });
});
