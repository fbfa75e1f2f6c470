import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { phone } from './phone.ts';
import { type Visit, withChatApp } from './visits.ts';

const visit = withChatApp();

async function signIn(page: Page, name: string, remote: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('textbox', { name: 'Talk to' }).fill(remote);
  await page.getByRole('button', { name: 'Start chatting' }).click();
}

test('two people sign in with a name and talk, with typing and ticks; a reload loses nothing', async () => {
  const [anas, bos] = [await visit(), await visit()];
  const [anasTab, bosTab] = [await anas.open(''), await bos.open('server')];
  await anasTab.getByRole('link', { name: 'Chat from another device' }).click();
  await signIn(anasTab, 'Ana', 'Bo');
  const ana = phone(anasTab, 'Bo');
  await ana.say('Before you came');
  await ana.sent('Sent', 'Before you came').waitFor();
  await signIn(bosTab, 'Bo', 'Ana');
  const bo = phone(bosTab, 'Ana');
  await bo.received('Before you came').waitFor();
  await ana.sent('Read', 'Before you came').waitFor();
  await bo.box.pressSequentially('Hi');
  await ana.typing.waitFor();
  await bo.send.click();
  await ana.received('Hi').waitFor();
  await bosTab.reload();
  await ana.say('Are you there?');
  await signIn(bosTab, 'bo', 'ana');
  await bo.received('Are you there?').waitFor();
  await ana.sent('Read', 'Are you there?').waitFor();
  await expect.poll(() => bo.log.getByRole('article').count()).toBe(3);
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) {
    await anasTab.screenshot({ path: `${folder}/ana.png` });
    await bosTab.screenshot({ path: `${folder}/bo.png` });
  }
}, 60_000);

test('another device of the same person shows the received messages', async () => {
  const [anas, bos, other] = [await visit(), await visit(), await visit()];
  const [anasTab, bosTab] = [await anas.open('server'), await bos.open('server')];
  await signIn(anasTab, 'cy', 'di');
  await signIn(bosTab, 'di', 'cy');
  await phone(anasTab, 'Di').say('One');
  await phone(bosTab, 'Cy').received('One').waitFor();
  const second = await other.open('server?name=di&with=cy');
  await second.getByRole('button', { name: 'Start chatting' }).click();
  await phone(anasTab, 'Di').say('Two');
  await phone(second, 'Cy').received('Two').waitFor();
  await phone(bosTab, 'Cy').received('Two').waitFor();
}, 60_000);

test('the sign-in page requires a name that differs from the participant’s', async () => {
  const page = await (await visit()).open('server');
  await signIn(page, 'Ana', 'ANA');
  await page.getByRole('alert').getByText('has to name somebody else').waitFor();
});

/** A person whose other device has received 61 messages, of which the first says "The needle". */
async function receiveMany(visitors: readonly Visit[], sender: string, name: string): Promise<void> {
  const [anas, bos] = await Promise.all(visitors.map((each) => each.open('server')));
  if (anas === undefined || bos === undefined) throw new TypeError('Two visitors are needed.');
  await signIn(anas, sender, name);
  const ana = phone(anas, titled(name));
  await ana.say('The needle');
  for (let each = 0; each < 60; each += 1) await ana.say(`Hay ${each}`);
  await signIn(bos, name, sender);
  await ana.sent('Read', 'Hay 59').waitFor();
}

function titled(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

test('B411 a search on a new device finds a text that only the server has', async () => {
  await receiveMany([await visit(), await visit()], 'eli', 'fay');
  const device = await (await visit()).open('server?name=fay&with=eli');
  await device.getByRole('button', { name: 'Start chatting' }).click();
  const fay = phone(device, 'Eli');
  await fay.received('Hay 59').waitFor();
  await device.keyboard.press('Control+f');
  await device.getByRole('searchbox', { name: 'Find in conversation' }).fill('NEEDLE');
  await device.getByRole('status').getByText('1 of 1').waitFor();
  await fay.received('The needle').waitFor();
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await device.screenshot({ path: `${folder}/find.png` });
}, 60_000);

test('B410 the second tab of a new device reads the older messages of the server', async () => {
  await receiveMany([await visit(), await visit()], 'gus', 'hal');
  const device = await visit();
  const [first, second] = [
    await device.open('server?name=hal&with=gus'),
    await device.open('server?name=hal&with=gus'),
  ];
  for (const page of [first, second]) {
    await page.getByRole('button', { name: 'Start chatting' }).click();
    await phone(page, 'Gus').received('Hay 59').waitFor();
  }
  const { log, received } = phone(second, 'Gus');
  await expect
    .poll(async () => {
      await log.getByRole('article').first().focus();
      await second.keyboard.press('Home');
      return received('The needle').count();
    })
    .toBe(1);
  await second.getByText('could not be loaded').waitFor({ state: 'hidden' });
}, 60_000);
