import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKamailio, type Kamailio, startKamailio } from '../packages/sip/test/server/kamailio.mjs';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

describe.skipIf(findKamailio() === undefined)('on a SIP server', () => {
  let server: Kamailio;
  beforeAll(async () => {
    server = await startKamailio();
  });
  afterAll(() => server.stop());

  async function connect(page: Page, user: string, remote: string, password = `${user}pw`, url = server.webSocketUrl) {
    await page.getByLabel('Protocol').selectOption('SIP');
    await page.getByLabel('Server').fill(url);
    await page.getByLabel('Address').fill(`sip:${user}@sip.test`);
    await page.getByLabel('Password').fill(password);
    await page.getByLabel('Talk to').fill(remote);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
  }

  test('two people talk over SIP; a message to an absent user waits and shows that it does', async () => {
    const [anas, bos] = [await visit(), await visit()];
    const [anasTab, bosTab] = [await anas.open('connect'), await bos.open('connect')];
    await connect(anasTab, 'ana', 'sip:bo@sip.test');
    await connect(bosTab, 'bo', 'ana@sip.test');
    const [ana, bo] = [phone(anasTab, 'Bo'), phone(bosTab, 'Ana')];
    await ana.say('Hello Bo – zażółć');
    await bo.received('Hello Bo – zażółć').waitFor();
    await ana.sent('Read', 'Hello Bo – zażółć').waitFor();
    await bo.box.pressSequentially('Hi');
    await ana.typing.waitFor();
    await bo.send.click();
    await ana.received('Hi').waitFor();
    await bo.sent('Read', 'Hi').waitFor();

    await bosTab.reload();
    expect(new URL(bosTab.url()).searchParams.get('protocol')).toBe('sip');
    expect(await bosTab.getByLabel('Protocol').inputValue()).toBe('sip');
    expect(await bosTab.getByLabel('Password').inputValue()).toBe('');
    expect(await bosTab.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain('bopw');
    await ana.say('Are you there?');
    await ana.log.getByRole('article', { name: /^(?:Sending|Waiting to be sent) You said: Are you there\?/ }).waitFor();
    await connect(bosTab, 'bo', 'ana@sip.test');
    await bo.received('Are you there?').waitFor();
    await ana.sent('Read', 'Are you there?').waitFor();
    await expect.poll(() => bo.log.getByRole('article').count()).toBe(3);
  });

  test('errors of a SIP server are explained in words', async () => {
    const page = await (await visit()).open('connect');
    const alert = page.getByRole('alert');
    await connect(page, 'ana', 'sip:bo@sip.test', 'wrong');
    await alert.getByText('the password is wrong').waitFor();
    await connect(page, 'ana', 'sip:ana@SIP.test');
    await alert.getByText('has to name somebody else').waitFor();
    await connect(page, 'ana b', 'sip:bo@sip.test');
    await alert.getByText('must be like sip:ana@example.com').waitFor();
    await connect(page, 'ana', 'sip:bo@sip.test', 'anapw', 'ws://example.com');
    await alert.getByText('must be a wss:// address').waitFor();
  });
});
