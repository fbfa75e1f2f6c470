import { describe, expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp, type Visit } from './visits.ts';

const visit = withChatApp();

async function openBoth({ open }: Visit) {
  const [anasTab, bosTab] = [await open('?me=ana&with=bo'), await open('?me=bo&with=ana')];
  return { anasTab, bosTab, ana: phone(anasTab, 'Bo'), bo: phone(bosTab, 'Ana') };
}

/** Makes the page hidden, as in a background tab. */
function hidePage(): void {
  document.hasFocus = () => false;
}

function showPage(): void {
  document.hasFocus = () => true;
  dispatchEvent(new Event('focus'));
}

describe('two tabs', () => {
  test('B45 B52 B124 both tabs show who is typing until the message replaces the indicator, and nothing else moves', async () => {
    const { ana, bo } = await openBoth(await visit());
    await ana.say('Hello Bo');
    await bo.received('Hello Bo').waitFor();
    const places = async () => [await bo.box.boundingBox(), await bo.received('Hello Bo').boundingBox()];
    const before = await places();

    await ana.box.pressSequentially('How are you');
    await bo.typing.waitFor();
    expect(await places()).toEqual(before);

    await ana.send.press('Enter');
    await bo.received('How are you').waitFor();
    await bo.typing.waitFor({ state: 'detached' });
    await bo.box.pressSequentially('Fine');
    await ana.typing.waitFor();
    await bo.box.fill('');
    await ana.typing.waitFor({ state: 'detached' });
  });

  test('B88 B98 the tick shows Delivered, and Read once Bo looks', async () => {
    const { open } = await visit();
    const bosTab = await open('?me=bo&with=ana', hidePage);
    const ana = phone(await open('?me=ana&with=bo'), 'Bo');
    await ana.say('Look at this');
    await ana.sent('Delivered', 'Look at this').waitFor();
    await expect.poll(() => bosTab.title()).toMatch(/^\(1\) /);

    await bosTab.evaluate(showPage);
    await ana.sent('Read', 'Look at this').waitFor();
    await expect.poll(() => bosTab.title()).toMatch(/^Bo with Ana/);
  });

  test('B81 many messages at once arrive in their order, each once', async () => {
    const { ana, bo } = await openBoth(await visit());
    const texts = Array.from({ length: 12 }, (_, index) => `number ${index + 1}.`);
    for (const text of texts) await ana.say(text);
    await ana.sent('Read', 'number 12.').waitFor();
    expect(await bo.log.getByRole('article').allInnerTexts()).toEqual(
      texts.map((text) => expect.stringContaining(text)),
    );
  });

  test('B95 two tabs of Ana act as one user: both send and show the same, and the second continues when the first is closed', async () => {
    const { open } = await visit();
    const firstTab = await open('?me=ana&with=bo');
    const [first, second] = [phone(firstTab, 'Bo'), phone(await open('?me=ana&with=bo'), 'Bo')];
    const bo = phone(await open('?me=bo&with=ana'), 'Ana');
    await first.say('from the first tab');
    await second.sent('Read', 'from the first tab').waitFor();
    await second.say('from the second tab');
    await first.sent('Read', 'from the second tab').waitFor();

    await firstTab.close();
    await second.say('alone now');
    await second.sent('Read', 'alone now').waitFor();
    expect(await bo.log.getByRole('article').allInnerTexts()).toEqual([
      expect.stringContaining('from the first tab'),
      expect.stringContaining('from the second tab'),
      expect.stringContaining('alone now'),
    ]);
  });

  test('a reload keeps the history, its ticks and the draft', async () => {
    const { anasTab, bosTab, ana, bo } = await openBoth(await visit());
    await ana.say('Keep this');
    await bo.received('Keep this').waitFor();
    await bo.say('I will');
    await bo.sent('Read', 'I will').waitFor();
    await ana.sent('Read', 'Keep this').waitFor();
    await ana.box.fill('half a sent');

    await Promise.all([anasTab.reload(), bosTab.reload()]);
    await ana.sent('Read', 'Keep this').waitFor();
    await ana.received('I will').waitFor();
    await bo.received('Keep this').waitFor();
    await bo.sent('Read', 'I will').waitFor();
    expect(await ana.box.inputValue()).toBe('half a sent');
    await expect.poll(() => ana.log.getByRole('article').count()).toBe(2);
  });

  test('B115 a message to a closed tab waits, over a reload too, and arrives when that tab opens again', async () => {
    const { open } = await visit();
    const anasTab = await open('?me=ana&with=bo');
    const ana = phone(anasTab, 'Bo');
    const bosTab = await open('?me=bo&with=ana');
    await ana.say('Are you there?');
    await ana.sent('Read', 'Are you there?').waitFor();

    await bosTab.close();
    await ana.say('Come back');
    await ana.say('soon');
    await ana.sent('Waiting to be sent', 'Come back').waitFor();
    await anasTab.reload();
    await ana.sent('Waiting to be sent', 'soon').waitFor();

    const bo = phone(await open('?me=bo&with=ana'), 'Ana');
    await bo.received('soon').waitFor();
    await ana.sent('Read', 'Come back').waitFor();
    await ana.sent('Read', 'soon').waitFor();
    expect(await bo.log.getByRole('article').allInnerTexts()).toEqual(
      ['Are you there?', 'Come back', 'soon'].map((text) => expect.stringContaining(text)),
    );
  });

  test('an empty conversation links to the page of the other user', async () => {
    const { open } = await visit();
    const anasTab = await open('?me=ana&with=bo');
    const [bosTab] = await Promise.all([
      anasTab.context().waitForEvent('page'),
      anasTab.getByRole('log').getByRole('link', { name: 'Open Bo in a new tab' }).click(),
    ]);
    await phone(bosTab, 'Ana').say('Here I am');
    await phone(anasTab, 'Bo').received('Here I am').waitFor();
  });
});
