import { describe, expect, it } from 'vitest';
import { BO, createStore, ids, said, setUp } from '../test/scriptedPage.ts';
import { NS } from './namespaces.ts';
import { childOf, serialize, textOf } from './xml.ts';

it.each([15, 25, 55, 600, 3_000])(
  'B412 a message that the server archives %i s after the session began is read within twice that time',
  async (delay) => {
    const { clock, server, events, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    await reconnect();
    const began = clock.now();
    await clock.advance(delay * 1_000);
    expect(ids(events)).toEqual([]);
    server.archive.push({ id: 'p1', message: said('late') });
    await clock.advance(began + delay * 2_000 - clock.now());
    expect(new Set(ids(events))).toEqual(new Set(['late']));
  },
);

/** Messages that a server archives late, before those that this device has read meanwhile. */
describe('B383 a message that the server archives late, before newer ones, is read', () => {
  const LATENESS = 600_000;
  const ENTRIES = Array.from({ length: 20 }, (_, index) => ({ id: `p${index}`, message: said(`m${index}`) }));

  function receive({ server, channel }: ReturnType<typeof setUp>, index: number): void {
    const entry = ENTRIES[index];
    if (entry === undefined) return;
    server.archive = [...(server.archive ?? []), entry];
    server.say(serialize(said(`m${index}`, BO, entry.id)));
    channel.acknowledge?.(`m${index}`);
  }

  it('a message that the server archives late is read by the page that it was meant for, however many sessions began since', async () => {
    const page = setUp();
    page.server.archive = [];
    await page.online();
    await page.reconnect();
    for (let index = 0; index < ENTRIES.length; index += 1) {
      receive(page, index);
      await page.clock.advance(LATENESS / ENTRIES.length);
      await page.reconnect();
    }
    page.server.archive = [{ id: 'late', message: said('late') }, ...page.server.archive];
    await page.clock.advance(LATENESS);
    expect(ids(page.events)).toContain('late');
  });

  it('a message that the server archives late is read after a time without a connection', async () => {
    const page = setUp();
    page.server.archive = [];
    await page.online();
    await page.reconnect();
    receive(page, 0);
    await page.clock.advance(1_000);
    page.server.at = { stage: 'connect', act: 'close' };
    page.server.drop();
    await page.clock.advance(LATENESS);
    page.server.archive = [{ id: 'late', message: said('late') }, ...page.server.archive];
    Reflect.deleteProperty(page.server, 'at');
    await page.clock.advance(60_000);
    expect(page.transport.getStatus().state).toBe('online');
    expect(ids(page.events)).toContain('late');
  });

  /** Pages of one browser, one after another; each receives one message. Resolves with a way to open the next one. */
  async function pagesOf(duration: number) {
    const store = createStore();
    let archive: (typeof ENTRIES)[number][] = [];
    let time: number | undefined;
    const open = async (isLate: boolean): Promise<ReturnType<typeof setUp>> => {
      // As the web session store does: the session itself belongs to the tab.
      const { address, position, overlapping, rereads } = JSON.parse(store.saved ?? '{}') as Record<string, unknown>;
      if (position !== undefined) store.save(JSON.stringify({ address, position, overlapping, rereads }));
      const page = setUp(store, time);
      page.server.archive = isLate ? [{ id: 'late', message: said('late') }, ...archive] : archive;
      await page.online();
      return page;
    };
    for (let index = 0; index < ENTRIES.length; index += 1) {
      const page = await open(false);
      await page.reconnect();
      receive(page, index);
      await page.clock.advance(duration);
      archive = [...(page.server.archive ?? [])];
      time = page.clock.now();
      page.transport.disconnect();
    }
    return open;
  }

  it('B384 a message that the server archives late is read by a page that opens afterwards, however many pages were open since', async () => {
    const open = await pagesOf(LATENESS / ENTRIES.length);
    expect(ids((await open(true)).events)).toContain('late');
  });

  it('B384 pages of later hours do not look for a message that the server archived late, however many pages were open since', async () => {
    const open = await pagesOf(LATENESS);
    const read = ids((await open(true)).events);
    expect(read).toContain('m19');
    expect(read).toContain('m15');
    expect(read).not.toContain('m3');
    expect(read).not.toContain('late');
  });
});

it('B386 older messages and missed ones are read one after another from a server that answers each query slowly', async () => {
  const { clock, server, channel, events, online, reconnect } = setUp();
  server.archive = [{ id: 'p0', message: said('m0') }];
  await online();
  await reconnect();
  server.archive.push({ id: 'p1', message: said('late') });
  let free = clock.now();
  server.answerLater = (answer) => {
    free = Math.max(free, clock.now()) + 10_000;
    clock.setTimer(answer, free - clock.now());
  };
  await clock.advance(9_500);
  // The archive is read again now, too (B412).
  const pages = [1, 2, 3].map(async () => (await channel.loadHistory?.({ limit: 20 }))?.messages.length);
  await clock.advance(45_000);
  expect(await Promise.all(pages)).toEqual([2, 2, 2]);
  expect(ids(events)).toContain('late');
});

it('B386 a query that waits for others fails when its connection breaks', async () => {
  const { clock, server, channel, online } = setUp();
  server.archive = [{ id: 'p0', message: said('m0') }];
  await online();
  server.answerLater = () => {};
  const pages = [1, 2].map(async () => (await channel.loadHistory?.({ limit: 20 }))?.messages.length);
  const answers = Promise.allSettled(pages);
  await clock.advance(100);
  server.drop();
  await clock.advance(100);
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

it('B385 the transport requests at most 50 entries of the archive at a time, however many the engine requests', async () => {
  const { server, channel, online, reconnect } = setUp();
  server.archive = [{ id: 'p0', message: said('m0') }];
  await online();
  server.archive.push(...Array.from({ length: 200 }, (_, index) => ({ id: `q${index}`, message: said(`n${index}`) })));
  await reconnect();
  const page = await channel.loadHistory?.({ limit: 100 });
  expect(page?.messages).toHaveLength(100);
  const limits = server.heard.flatMap((stanza) => {
    const query = childOf(stanza, 'query', NS.mam);
    const set = query && childOf(query, 'set', NS.rsm);
    return set === undefined ? [] : [Number(textOf(childOf(set, 'max', NS.rsm)))];
  });
  expect(Math.max(...limits)).toBe(50);
});
