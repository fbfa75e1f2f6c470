import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

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
