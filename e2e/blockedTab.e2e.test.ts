import { describe, expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

describe('a leader tab that does not run', () => {
  test.each(['dialog', 'frozen'] as const)(
    'B183 a leader tab that hangs is replaced: another tab sends and receives, and both show the same afterwards (%s)',
    { timeout: 90_000 },
    async (kind) => {
      const { open } = await visit();
      const firstTab = await open('?me=ana&with=bo');
      const first = phone(firstTab, 'Bo');
      const second = phone(await open('?me=ana&with=bo'), 'Bo');
      const bo = phone(await open('?me=bo&with=ana'), 'Ana');
      await first.say('before');
      await second.sent('Read', 'before').waitFor();

      const session = await firstTab.context().newCDPSession(firstTab);
      let resume: () => Promise<unknown>;
      if (kind === 'frozen') {
        await session.send('Page.setWebLifecycleState', { state: 'frozen' });
        resume = () => session.send('Page.setWebLifecycleState', { state: 'active' });
      } else {
        const shown = firstTab.waitForEvent('dialog');
        const closed = firstTab.evaluate(() => alert('Still here'));
        const dialog = await shown;
        resume = async () => {
          await dialog.accept();
          await closed;
        };
      }

      await second.say('from the second tab');
      await second.sent('Read', 'from the second tab').waitFor({ timeout: 20_000 });
      await bo.say('an answer');
      await second.received('an answer').waitFor();

      await resume();
      await first.sent('Read', 'from the second tab').waitFor();
      await first.received('an answer').waitFor();
      await first.say('from the first tab');
      await first.sent('Read', 'from the first tab').waitFor();
      await second.sent('Read', 'from the first tab').waitFor();
      expect(await bo.log.getByRole('article').allInnerTexts()).toEqual(
        ['before', 'from the second tab', 'an answer', 'from the first tab'].map((text) =>
          expect.stringContaining(text),
        ),
      );
    },
  );
});
