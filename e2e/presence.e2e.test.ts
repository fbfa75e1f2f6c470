import type { CDPSession, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { type Phone, phone } from './phone.ts';
import { type Visit, withChatApp } from './visits.ts';

const visit = withChatApp();

/** How often each case runs: once, or as often as `PRESENCE_RUNS` says. */
const RUNS = Number(process.env['PRESENCE_RUNS'] ?? 1);

const ANA = '?me=ana&with=bo';
const BO = '?me=bo&with=ana';

describe('two tabs find each other', () => {
  test.each(Array.from({ length: 2 * RUNS }, (_, run) => [run + 1, Math.round((1_900 * (run + 0.5)) / (2 * RUNS))]))(
    'B180 two tabs find each other (run %i): the other tab opens %i ms after the tab with a waiting message was reloaded',
    async (_run, wait) => {
      const { open } = await visit();
      const anasTab = await open(ANA);
      const ana = phone(anasTab, 'Bo');
      const bosTab = await open(BO);
      await ana.say('Are you there?');
      await ana.sent('Read', 'Are you there?').waitFor();

      await bosTab.close();
      await ana.say('Come back');
      await anasTab.reload();
      await elapse(anasTab, wait);
      const bo = phone(await open(BO), 'Ana');
      await bo.received('Come back').waitFor();
      await ana.sent('Read', 'Come back').waitFor();
    },
  );

  test.each(Array.from({ length: RUNS }, (_, run) => run + 1))(
    'B180 every message arrives once after any order of opening, closing, reloading and freezing tabs (order %i)',
    { timeout: 120_000 },
    async (seed) => {
      const random = randomOf(seed);
      // Both users are in the same browser, each in their own tabs.
      const { open } = await visit();
      const [ana, bo] = [createSide(open, ANA, 'Bo', 'Ana'), createSide(open, BO, 'Ana', 'Bo')];
      const sides = [ana, bo];
      for (let step = 0; step < 25; step += 1) {
        const side = random() < 0.5 ? ana : bo;
        await act(side, random(), step);
        const awake = sides.flatMap(({ tabs }) => tabs).find(({ isFrozen }) => !isFrozen);
        if (awake !== undefined) await elapse(awake.page, random() < 0.6 ? 50 : random() * 2_500);
      }
      for (const side of sides) {
        for (const tab of side.tabs) await thaw(tab);
        if (side.tabs.length === 0) await openTab(side);
      }
      for (const side of sides) {
        const other = side === ana ? bo : ana;
        for (const text of side.said) await phoneOf(other).received(text).waitFor({ timeout: 60_000 });
        for (const text of side.said) await phoneOf(side).sent('Read', text).waitFor({ timeout: 60_000 });
      }
      for (const side of sides) {
        const all = sides.flatMap(({ said }) => said);
        await expect.poll(() => phoneOf(side).log.getByRole('article').count()).toBe(all.length);
      }
    },
  );
});

interface OpenTab {
  readonly page: Page;
  readonly session: CDPSession;
  isFrozen: boolean;
}

interface Side {
  readonly open: Visit['open'];
  readonly path: string;
  readonly remote: string;
  readonly name: string;
  readonly tabs: OpenTab[];
  readonly said: string[];
}

function createSide(open: Visit['open'], path: string, remote: string, name: string): Side {
  return { open, path, remote, name, tabs: [], said: [] };
}

async function openTab(side: Side): Promise<void> {
  const page = await side.open(side.path);
  side.tabs.push({ page, session: await page.context().newCDPSession(page), isFrozen: false });
}

function phoneOf({ tabs, remote }: Side): Phone {
  const tab = tabs.find(({ isFrozen }) => !isFrozen);
  if (tab === undefined) throw new Error('all tabs are closed or frozen');
  return phone(tab.page, remote);
}

async function thaw(tab: OpenTab): Promise<void> {
  if (!tab.isFrozen) return;
  await tab.session.send('Page.setWebLifecycleState', { state: 'active' });
  tab.isFrozen = false;
}

/** Opens, closes, reloads, freezes or thaws a tab, or sends a message in one. */
async function act(side: Side, choice: number, step: number): Promise<void> {
  const awake = side.tabs.find(({ isFrozen }) => !isFrozen);
  const frozen = side.tabs.find(({ isFrozen }) => isFrozen);
  if (side.tabs.length === 0 || (choice < 0.15 && side.tabs.length < 2)) {
    await openTab(side);
  } else if (choice < 0.3) {
    const [closed] = side.tabs.splice(0, 1);
    if (closed !== undefined) await closed.page.close();
  } else if (choice < 0.45 && awake !== undefined) {
    await awake.page.reload();
  } else if (choice < 0.55 && awake !== undefined) {
    await awake.session.send('Page.setWebLifecycleState', { state: 'frozen' });
    awake.isFrozen = true;
  } else if (choice < 0.65 && frozen !== undefined) {
    await thaw(frozen);
  } else if (awake !== undefined) {
    const text = `${side.name} ${step}.`;
    await phone(awake.page, side.remote).say(text);
    side.said.push(text);
  }
}

/** Lets real time pass in the page: the case decides when an action happens, and expects nothing at that moment. */
async function elapse(page: Page, duration: number): Promise<void> {
  await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), duration);
}

/** The same numbers from 0 to 1 for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
