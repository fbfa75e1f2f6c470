import { createInstantMessagingFlow, type InstantMessagingFlow, type TabCoordinator } from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import { createFakeTabs, createSeededRandom, createVirtualClock } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { ANA, BO, createStore } from '../test/scriptedPage.ts';
import { createScriptedServer } from '../test/scriptedServer.ts';
import { createXmppTransport } from './index.ts';
import { NS } from './namespaces.ts';
import { childOf, parseXml, serialize, type XmlElement } from './xml.ts';

const COUNT = 40;
/** How many messages a flow reads from its storage at a time. */
const STORED_PAGE = 8;
/** How many entries the server returns at a time. */
const ARCHIVE_PAGE = 7;
const START = Date.UTC(2026, 0, 1);
const ALL = range(1, COUNT);

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** As ejabberd numbers positions: the time at which the server received the message, in µs. */
const byTime = (number: number): string => String((START + number) * 1_000);
const withoutOrder = (number: number): string => `p${(number * 7_919) % 10_007}`;

/** A conversation with a client of a different kind, whose only order is the archive's. */
interface Conversation {
  readonly positionOf: (number: number) => string;
  /** The messages that a different device of Ana has sent. */
  readonly own?: readonly number[];
  /** The messages that arrive without their position. */
  readonly unplaced?: readonly number[];
}

function createConversation({ positionOf, own = [], unplaced = [] }: Conversation) {
  const clock = createVirtualClock({ now: START });
  const storage = createMemoryStorage();
  const store = createStore();
  const archived: number[] = [];
  const entries = new Map(ALL.map((number) => [number, stanzaOf(number, true)]));

  function stanzaOf(number: number, isArchived: boolean): XmlElement {
    const isOwn = own.includes(number);
    const [from, to] = isOwn ? [`${ANA}/desk`, BO] : [`${BO}/phone`, ANA];
    const hasId = isArchived || !unplaced.includes(number);
    const placed = hasId ? `<stanza-id xmlns="${NS.ids}" by="${ANA}" id="${positionOf(number)}"/>` : '';
    return parseXml(
      `<message xmlns="jabber:client" from="${from}" to="${to}" id="m${number}" type="chat">` +
        `<body>${number}</body>${placed}</message>`,
    );
  }

  /** A page of Ana's browser. */
  async function open(tabs?: TabCoordinator) {
    // As the web session store does: the session itself belongs to the tab.
    const { address, position, overlapping, rereads } = JSON.parse(store.saved ?? '{}') as Record<string, unknown>;
    if (position !== undefined) store.save(JSON.stringify({ address, position, overlapping, rereads }));
    const server = createScriptedServer(ANA);
    server.mostOfPage = ARCHIVE_PAGE;
    Object.defineProperty(server, 'archive', {
      get: () =>
        ALL.filter((number) => archived.includes(number)).map((number) => ({
          id: positionOf(number),
          message: entries.get(number),
          at: START + number,
        })),
    });
    const transport = createXmppTransport({
      server: 'ws://127.0.0.1/ws',
      address: ANA,
      password: 'secret',
      createSocket: server.createSocket,
      clock,
      random: createSeededRandom(1),
      session: store,
    });
    const flow = createInstantMessagingFlow({
      transport,
      remote: BO,
      clock,
      storage,
      template: { pageSize: STORED_PAGE },
      ...(tabs === undefined ? {} : { tabs }),
    });
    flow.start();
    await pass(clock, 200);

    async function deliver(numbers: readonly number[], gap = 1): Promise<void> {
      for (const number of numbers) {
        if (!archived.includes(number)) archived.push(number);
        const stanza = serialize(stanzaOf(number, false));
        server.say(
          own.includes(number)
            ? `<message xmlns="jabber:client" from="${ANA}" to="${ANA}/r"><sent xmlns="urn:xmpp:carbons:2">` +
                `<forwarded xmlns="urn:xmpp:forward:0">${stanza}</forwarded></sent></message>`
            : stanza,
        );
        await clock.advance(gap);
      }
    }
    return { server, flow, deliver };
  }

  return { clock, archived, open };
}

type Clock = ReturnType<typeof createVirtualClock>;

/** Advances the clock in steps: each page of the archive is requested once the page before it has been handled. */
async function pass(clock: Clock, duration: number): Promise<void> {
  for (let step = 0; step < 20; step += 1) await clock.advance(duration / 20);
}

async function loadAll(flow: InstantMessagingFlow, clock: Clock): Promise<void> {
  while (flow.store.getState().history.hasOlder) {
    const loading = flow.loadOlder();
    await pass(clock, 20);
    await loading;
  }
}

function shown(flow: InstantMessagingFlow): number[] {
  return Array.from(flow.messages.order, (id) => Number(flow.messages.get(id)?.body));
}

const LATE: [string, readonly number[]][] = [
  ['a message between two others', [20]],
  ['five messages next to each other', range(19, 23)],
  ['messages in several places', [3, 14, 21, 22, 35]],
  ['the oldest message', [1]],
];
const CONVERSATIONS: [string, Conversation][] = [
  ['positions by time', { positionOf: byTime }],
  ['positions without an order', { positionOf: withoutOrder }],
  ['own messages of a different device', { positionOf: byTime, own: ALL.filter((number) => number % 3 === 0) }],
  ['live messages without a position', { positionOf: withoutOrder, unplaced: ALL }],
];
const CASES = LATE.flatMap(([which, late]) =>
  CONVERSATIONS.flatMap(([kind, conversation]) =>
    (['archive', 'live'] as const).map((way) => [which, way, kind, { late, conversation, way }] as const),
  ),
);

describe.each(CASES)(
  'B447 %s that the server archives late (received from: %s) gets its place, with %s',
  (_which, _way, _kind, { late, conversation, way }) => {
    /** A page in which some messages came after all others, or are in the archive only. */
    async function begin(tabs?: TabCoordinator) {
      const made = createConversation(conversation);
      const page = await made.open(tabs);
      const other = tabs === undefined ? undefined : await made.open(tabs);
      await page.deliver(ALL.filter((number) => !late.includes(number)));
      if (way === 'live') await page.deliver(late);
      else made.archived.push(...late);
      return { ...made, page, other };
    }

    it('a late message gets its place once the same session has read the archive again', async () => {
      const { clock, page } = await begin();
      await pass(clock, 21_000);
      expect(shown(page.flow)).toEqual(ALL);
      page.flow.terminate();
    });

    it('a late message gets its place in a new session', async () => {
      const { clock, page } = await begin();
      page.server.drop();
      await pass(clock, 9_000);
      expect(shown(page.flow)).toEqual(ALL);
      page.flow.terminate();
    });

    it('a late message has its place in a page that is opened afterwards, and in the next one', async () => {
      const { clock, page, open } = await begin();
      page.flow.terminate();
      for (const delay of [100, 30_000]) {
        const { flow } = await open();
        await pass(clock, delay);
        await loadAll(flow, clock);
        expect(shown(flow)).toEqual(ALL);
        flow.terminate();
        await clock.advance(100);
      }
    });

    it('a late message gets its place in a second tab', async () => {
      const { clock, page, other } = await begin(createFakeTabs());
      await pass(clock, 21_000);
      expect(shown(page.flow)).toEqual(ALL);
      expect(other && shown(other.flow)).toEqual(ALL);
      page.flow.terminate();
      other?.flow.terminate();
    });
  },
);

describe('B446 a message that the server delivers after newer ones gets its place, where positions are times', () => {
  const LATE_ONES = [10, 11];
  const newer = ALL.filter((number) => !LATE_ONES.includes(number));

  /**
   * A page that has shown all newer messages, and how many queries of the archive it has sent.
   * @param gap the time between two messages, in ms.
   */
  async function begin(positionOf: Conversation['positionOf'], gap: number) {
    const made = createConversation({ positionOf });
    const page = await made.open();
    await page.deliver(newer, gap);
    const queries = (): number => page.server.heard.filter((stanza) => childOf(stanza, 'query', NS.mam)).length;
    return { ...made, page, queries };
  }

  it.each([
    ['within minutes', 1_200],
    ['after more than the overlap of catch-ups', 20_000],
  ])('a message that the server delivers after newer ones gets its place two seconds later, %s', async (_, gap) => {
    const { clock, page, queries } = await begin(byTime, gap);
    const before = queries();
    await page.deliver(LATE_ONES);
    await pass(clock, 2_000);
    expect(shown(page.flow)).toEqual(ALL);
    // One reading, in pages.
    expect(queries() - before).toBe(Math.ceil(COUNT / ARCHIVE_PAGE));
    page.flow.terminate();
  });

  it('a message that the server delivers after newer ones gets its place after a reconnect, where the connection broke first', async () => {
    const { clock, page } = await begin(byTime, 20_000);
    page.server.resumes = true;
    await page.deliver(LATE_ONES);
    page.server.drop();
    await pass(clock, 5_000);
    expect(shown(page.flow)).toEqual(ALL);
    page.flow.terminate();
  });

  it('a second late message makes the transport read the archive again, also while it reads for the first one', async () => {
    const { clock, page } = await begin(byTime, 20_000);
    await page.deliver([10]);
    const held: (() => void)[] = [];
    let pages = 0;
    page.server.answerLater = (answer) => {
      pages += 1;
      if (pages <= 3) answer();
      else held.push(answer);
    };
    await pass(clock, 2_000);
    expect(held).toHaveLength(1);
    // The place of this one is on a page that was read.
    await page.deliver([11]);
    page.server.answerLater = (answer) => answer();
    for (const answer of held) answer();
    await pass(clock, 4_000);
    expect(shown(page.flow)).toEqual(ALL);
    page.flow.terminate();
  });

  it('the archive is not read again where all messages arrive in order, or positions have no order', async () => {
    for (const positionOf of [byTime, withoutOrder]) {
      const { clock, page, queries } = await begin(positionOf, 1_200);
      const before = queries();
      await page.deliver(positionOf === byTime ? [COUNT] : LATE_ONES);
      await pass(clock, 2_000);
      expect(queries()).toBe(before);
      page.flow.terminate();
    }
  });
});
