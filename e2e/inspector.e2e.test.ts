import { expect, test } from 'vitest';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

test('B429 the chat has an inspector only if the address of the page requests it', async () => {
  const { open } = await visit();
  const plain = await open('?me=ana&with=bo');
  await plain.getByRole('log').waitFor();
  expect(await plain.locator('.imflow-inspector').count()).toBe(0);
  const page = await open('?me=ana&with=bo&inspect');
  await page.getByRole('textbox').first().fill('Are you there?');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Inspect flow' }).click();
  const panel = page.getByRole('region', { name: 'Flow inspector' });
  await panel.getByText(/^It waits for/).waitFor();
});
