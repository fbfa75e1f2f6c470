import type { ChannelEvent, OutgoingMessage } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { ANA, BO, createStore, ids, positionIn, said, setUp } from '../test/scriptedPage.ts';
import { NS } from './namespaces.ts';
import { childOf, element, serialize, type XmlElement } from './xml.ts';

const MESSAGE: OutgoingMessage = {
  messageId: 'm1',
  contentType: 'text/plain',
  body: 'hello',
  sentAt: 1,
  attempt: 1,
  frameSequence: { session: 's', sequence: 1 },
};

describe('a session that is resumed', () => {
  it('B116 a session is resumed only once the server has responded; otherwise a new one begins', async () => {
    const { clock, server, problems, transport, online, reconnect } = setUp();
    await online();
    server.resumes = true;
    server.ignoresInput = true;
    await reconnect();
    expect(server.heard.at(-1)?.name).toBe('r');
    expect(transport.getStatus().state).toBe('connecting');
    server.ignoresInput = false;
    await clock.advance(5_000);
    expect(problems.at(-1)?.code).toBe('no-answer');
    expect(transport.getStatus().state).toBe('online');
    expect(server.heard.filter(({ name }) => name === 'resume')).toHaveLength(1);
  });

  it('B404 a server that is slow to respond in a resumed session gets twice the time after each failure', async () => {
    const { clock, server, problems, transport, online } = setUp();
    await online();
    server.resumes = true;
    /** Interrupts the connection. Resolves with the number of seconds after which the session ends. */
    const lose = async (): Promise<number> => {
      const before = problems.length;
      server.ignoresInput = true;
      server.drop();
      await clock.advance(600);
      let seconds = 0;
      for (; problems.length < before + 2 && seconds < 60; seconds += 1) await clock.advance(1_000);
      expect(problems.at(-1)?.code).toBe('no-answer');
      server.ignoresInput = false;
      await clock.advance(3_000);
      expect(transport.getStatus().state).toBe('online');
      return seconds;
    };
    expect([await lose(), await lose(), await lose(), await lose()]).toEqual([3, 6, 12, 15]);
    server.drop();
    await clock.advance(3_000);
    expect(transport.getStatus().state).toBe('online');
    expect(await lose()).toBe(3);
  });

  it('B116 a session is resumed at once where the server confirms it', async () => {
    const { server, transport, online, reconnect } = setUp();
    await online();
    server.resumes = true;
    await reconnect();
    expect(transport.getStatus().state).toBe('online');
    expect(server.heard.filter(({ name }) => name === 'presence')).toHaveLength(1);
  });

  it('B116 the transport reconnects to a server that responds but never acknowledges', async () => {
    const { clock, server, problems, transport, channel, online } = setUp();
    await online();
    server.ignoresInput = true;
    const sending = channel.send(MESSAGE).catch((error: unknown) => error);
    for (let second = 0; second < 16; second += 1) {
      server.say(serialize(said(`m${second}`)));
      await clock.advance(1_000);
    }
    expect(problems.map(({ code }) => code)).toEqual(['no-answer']);
    await expect(sending).resolves.toMatchObject({ retryable: true });
    transport.disconnect();
    expect(clock.pending).toBe(0);
  });
});

describe('missed messages', () => {
  it('B117 missed messages are read from the archive before newer ones are shown, also those that arrived in between', async () => {
    const { server, events, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    server.archive.push({ id: 'p1', message: said('m1') });
    let queries = 0;
    server.asked = () => {
      queries += 1;
      if (queries !== 1) return;
      // Archived after the answer and before the presence: the server returns the message only when it is queried
      // again.
      server.archive?.push({ id: 'p2', message: said('m2') });
      server.say(serialize(said('m3', BO, 'p3')));
    };
    await reconnect();
    expect(ids(events)).toEqual(['m1', 'm2', 'm3']);
  });

  it('B116 the archive is read from a position before an own message that the server may have, so that the message is not sent twice', async () => {
    const { server, channel, events, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    server.ignoresInput = true;
    const sending = channel.send({ ...MESSAGE, messageId: 'o1' }).catch((error: unknown) => error);
    server.say(serialize(said('m1', BO, 'p1')));
    channel.acknowledge?.('m1');
    server.ignoresInput = false;
    const body = element('body', NS.client, {}, 'hello');
    const own = element('message', NS.client, { from: `${ANA}/x`, to: BO, type: 'chat', id: 'o1' }, body);
    server.archive.push({ id: 'p0.5', message: own }, { id: 'p1', message: said('m1') });
    await reconnect();
    await expect(sending).resolves.toMatchObject({ retryable: true });
    expect(ids(events)).toEqual(['m1', 'o1', 'm1']);
    server.archive.push({ id: 'p2', message: said('m2') });
    await reconnect();
    // The archive is read from some minutes before; known messages are dropped by their id.
    expect(ids(events).slice(3)).toEqual(['o1', 'm1', 'm2']);
  });

  it('B116 the archive is read from a position before an own message that the server may have, also after a long interruption', async () => {
    const { clock, server, channel, events, transport, online } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    await clock.advance(2_000);
    server.ignoresInput = true;
    const sending = channel.send({ ...MESSAGE, messageId: 'o1' }).catch((error: unknown) => error);
    server.say(serialize(said('m1', BO, 'p1')));
    channel.acknowledge?.('m1');
    server.ignoresInput = false;
    const body = element('body', NS.client, {}, 'hello');
    const own = element('message', NS.client, { from: `${ANA}/x`, to: BO, type: 'chat', id: 'o1' }, body);
    server.archive.push({ id: 'p0.5', message: own }, { id: 'p1', message: said('m1') });
    server.at = { stage: 'connect', act: 'close' };
    server.drop();
    await expect(sending).resolves.toMatchObject({ retryable: true });
    // Longer than the overlap.
    await clock.advance(300_000);
    Reflect.deleteProperty(server, 'at');
    await clock.advance(35_000);
    expect(transport.getStatus().state).toBe('online');
    expect(ids(events)).toContain('o1');
  });

  it('B117 the archive is read from the position up to which all messages are stored, in all conversations', async () => {
    const { server, store, channel, transport, events, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    expect(positionIn(store)).toBe('p0');
    const other = transport.openChannel('cy@example.com', () => {});
    server.say(serialize(said('m1', BO, 'p1')));
    server.say(serialize(said('m2', 'cy@example.com', 'p2')));
    other.acknowledge?.('m2');
    await reconnect();
    expect(positionIn(store)).toBe('p0');
    server.archive.push({ id: 'p1', message: said('m1') }, { id: 'p2', message: said('m2', 'cy@example.com') });
    await reconnect();
    expect(ids(events)).toEqual(['m1', 'm1']);
    channel.acknowledge?.('m1');
    other.acknowledge?.('m2');
    await reconnect();
    expect(positionIn(store)).toBe('p2');
  });

  it('B117 missed messages arrive together, over all pages, so that they have one order', async () => {
    const { server, events, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    const later = Array.from({ length: 250 }, (_, index) => ({ id: `q${index}`, message: said(`n${index}`) }));
    server.archive.push(...later);
    await reconnect();
    expect(events.filter(({ type }) => type === 'history')).toHaveLength(1);
    expect(ids(events)).toEqual(later.map((_, index) => `n${index}`));
  });

  it('B400 a catch-up continues after the pages that it had read before an interruption', async () => {
    const { clock, server, transport, events, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    const later = Array.from({ length: 400 }, (_, index) => ({ id: `q${index}`, message: said(`n${index}`) }));
    server.archive.push(...later);
    // Each connection lasts for one page of the catch-up.
    server.asked = (_query, isLast) => {
      if (!isLast && transport.getStatus().state !== 'online') server.drop();
    };
    await reconnect();
    expect(transport.getStatus().state).toBe('connecting');
    for (let second = 0; second < 300 && transport.getStatus().state !== 'online'; second += 1) {
      await clock.advance(1_000);
    }
    expect(transport.getStatus().state).toBe('online');
    // One snapshot, before what the readings that are overdue bring again.
    expect(ids(events.slice(0, 1))).toEqual(later.map((_, index) => `n${index}`));
  });

  it('B403 a catch-up may take longer than one request, as long as the server answers each', async () => {
    const { clock, server, transport, problems, events, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    const later = Array.from({ length: 400 }, (_, index) => ({ id: `q${index}`, message: said(`n${index}`) }));
    server.archive.push(...later);
    server.answerLater = (answer) => void clock.setTimer(answer, 14_000);
    await reconnect();
    const [before, sockets] = [problems.length, server.sockets];
    await clock.advance(9 * 14_000);
    expect(transport.getStatus().state).toBe('online');
    expect(problems).toHaveLength(before);
    expect(server.sockets).toBe(sockets);
    expect(ids(events)).toEqual(later.map((_, index) => `n${index}`));
  });

  it('B403 the transport reconnects to a server that leaves one page of the archive unanswered, after the time limit of a request', async () => {
    const { clock, server, transport, problems, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    server.answerLater = () => {};
    await reconnect();
    const before = problems.length;
    await clock.advance(14_000);
    expect(problems).toHaveLength(before);
    await clock.advance(1_500);
    expect(problems.at(-1)?.code).toBe('no-answer');
    expect(transport.getStatus().state).toBe('connecting');
    transport.disconnect();
    expect(clock.pending).toBe(0);
  });

  it.each([50, 250, 1_000])(
    'B117 the newest 1,000 entries are read where the archive no longer knows the position, in pages of %i',
    async (mostOfPage) => {
      const { clock, server, events, online, reconnect } = setUp();
      server.archive = [{ id: 'p0', message: said('m0') }];
      server.mostOfPage = mostOfPage;
      await online();
      server.archive = Array.from({ length: 1_010 }, (_, index) => ({ id: `q${index}`, message: said(`n${index}`) }));
      await reconnect();
      await clock.advance(100);
      expect(ids(events)).toEqual(Array.from({ length: 1_000 }, (_, index) => `n${index + 10}`));
    },
  );

  it('B117 the archive is read again where the session did not begin completely in time', async () => {
    const { clock, server, problems, transport, events, online } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    server.drop();
    server.archive.push({ id: 'p1', message: said('m1') });
    server.at = { stage: 'carbons', act: 'silence' };
    await clock.advance(1_000);
    expect(transport.getStatus().state).toBe('connecting');
    await clock.advance(15_000);
    expect(problems.at(-1)?.code).toBe('no-answer');
    Reflect.deleteProperty(server, 'at');
    await clock.advance(5_000);
    expect(transport.getStatus().state).toBe('online');
    expect(new Set(ids(events))).toEqual(new Set(['m1']));
  });

  it('B117 on a new device, messages that the server has stored come before the archive is read', async () => {
    const { server, store, transport, clock } = setUp();
    server.archive = [{ id: 'p1', message: said('m1') }];
    transport.connect();
    await clock.advance(100);
    const place = (isIt: (stanza: XmlElement) => boolean): number => server.heard.findIndex(isIt);
    const query = place((stanza) => childOf(stanza, 'query', NS.mam) !== undefined);
    expect(place(({ name }) => name === 'presence')).toBeLessThan(query);
    expect(positionIn(store)).toBe('p1');
  });

  it('B117 on a new device, messages that arrived before the archive was read count once they are stored', async () => {
    const { server, store, channel, transport, clock, events } = setUp();
    server.archive = [{ id: 'p1', message: said('m1') }];
    // The server has stored one message, and delivers it with the presence.
    server.asked = () => server.say(serialize(said('m1', BO, 'p1')));
    transport.connect();
    await clock.advance(100);
    expect(ids(events)).toEqual(['m1']);
    expect(positionIn(store)).toBeUndefined();
    channel.acknowledge?.('m1');
    await clock.advance(1);
    expect(positionIn(store)).toBe('p1');
  });

  it('B311 a device that signs in for the first time shows messages archived within the minute before', async () => {
    const { server, store, channel, transport, clock, events } = setUp();
    const at = clock.now();
    server.archive = [
      { id: 'p1', message: said('m1'), at: at - 3_600_000 },
      { id: 'p2', message: said('m2'), at: at - 50_000 },
      { id: 'p3', message: said('m3'), at: at - 1 },
    ];
    transport.connect();
    await clock.advance(100);
    expect(ids(events)).toEqual(['m2', 'm3']);
    // After a reload before they are stored, the archive is read from before them.
    expect(positionIn(store)).toBe('p1');
    server.say(serialize(said('m4', BO, 'p4')));
    channel.acknowledge?.('m4');
    await clock.advance(1);
    expect(positionIn(store)).toBe('p1');
    for (const id of ['m2', 'm3']) channel.acknowledge?.(id);
    server.say(serialize(said('m5', BO, 'p5')));
    channel.acknowledge?.('m5');
    await clock.advance(1);
    expect(positionIn(store)).toBe('p5');
  });

  it('B311 the archive is read again for up to two hours after a session began, and then no more', async () => {
    const { server, clock, events, online } = setUp();
    server.archive = [{ id: 'p1', message: said('m1') }];
    await online();
    server.archive.push({ id: 'p2', message: said('m2') });
    await clock.advance(9_000);
    expect(ids(events)).toEqual([]);
    await clock.advance(1_500);
    expect(ids(events)).toEqual(['m2']);
    await clock.advance(7_200_000);
    const seen = events.length;
    server.archive.push({ id: 'p3', message: said('m3') });
    await clock.advance(7_200_000);
    expect(events).toHaveLength(seen);
  });

  it('B311 the very first message is read by a device that signs in for the first time', async () => {
    const { server, store, transport, clock, events } = setUp();
    server.archive = [{ id: 'p1', message: said('m1'), at: clock.now() }];
    transport.connect();
    await clock.advance(100);
    expect(ids(events)).toEqual(['m1']);
    expect(positionIn(store)).toBe('');
  });

  it('B311 a device that signs in for the first time reads no older messages, also where its clock is wrong', async () => {
    const { server, store, transport, clock, events } = setUp();
    server.archive = [
      { id: 'p1', message: said('m1'), at: clock.now() - 61_000 },
      { id: 'p2', message: said('m2'), at: clock.now() + 3_600_000 },
    ];
    transport.connect();
    await clock.advance(100);
    expect(ids(events)).toEqual([]);
    expect(positionIn(store)).toBe('p2');
  });

  it('B268 the archive is read again from some minutes before, since a server may archive late the messages of a lost session', async () => {
    const { clock, server, events, channel, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    for (const [id, position] of [
      ['m2', 'p2'],
      ['m3', 'p3'],
    ] as const) {
      server.archive.push({ id: position, message: said(id) });
      server.say(serialize(said(id, BO, position)));
      channel.acknowledge?.(id);
    }
    await clock.advance(10);
    server.archive.splice(1, 0, { id: 'p1', message: said('m1') });
    await reconnect();
    expect(ids(events).slice(2)).toEqual(['m1', 'm2', 'm3']);
  });

  it('B268 the archive is read from up to three minutes before, however many messages came since', async () => {
    const { clock, server, events, channel, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    for (let index = 1; index <= 40; index += 1) {
      await clock.advance(10_000);
      server.archive.push({ id: `p${index}`, message: said(`m${index}`) });
      server.say(serialize(said(`m${index}`, BO, `p${index}`)));
      for (const id of ids(events)) channel.acknowledge?.(id);
    }
    await clock.advance(10);
    const seen = events.length;
    await reconnect();
    const again = ids(events.slice(seen));
    expect(again).toContain('m24');
    expect(again).not.toContain('m20');
  });

  it('B268 the archive is read once more some time after a session was lost, and not after the transport disconnected', async () => {
    const { clock, server, events, transport, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    await reconnect();
    server.archive.push({ id: 'p1', message: said('m1') });
    await clock.advance(11_000);
    expect(ids(events)).toEqual(['m1']);
    server.archive.push({ id: 'p2', message: said('m2') });
    await clock.advance(60_000);
    expect(ids(events).at(-1)).toBe('m2');
    await reconnect();
    transport.disconnect();
    expect(clock.pending).toBe(0);
  });

  it('B268 a page that opens after all were closed reads the archive from some minutes before, and again later', async () => {
    const first = setUp();
    first.server.archive = [{ id: 'p0', message: said('m0') }];
    await first.online();
    first.server.archive.push({ id: 'p2', message: said('m2') });
    first.server.say(serialize(said('m2', BO, 'p2')));
    first.channel.acknowledge?.('m2');
    await first.clock.advance(10);
    const { address, position, overlapping } = JSON.parse(first.store.saved ?? '') as Record<string, unknown>;
    expect(position).toBe('p2');
    const store = createStore();
    store.save(JSON.stringify({ address, position, overlapping }));
    const second = setUp(store);
    second.server.archive = [...first.server.archive];
    second.server.archive.splice(1, 0, { id: 'p1', message: said('m1') });
    await second.online();
    expect(new Set(ids(second.events))).toEqual(new Set(['m1', 'm2']));
    second.server.archive.splice(1, 0, { id: 'p0a', message: said('late') });
    await second.clock.advance(75_000);
    expect(ids(second.events)).toContain('late');
  });

  it('B268 a repeated reading of the archive that is due during an interruption is made after it', async () => {
    const { clock, server, events, online, reconnect } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    await reconnect();
    server.resumes = true;
    await clock.advance(9_000);
    server.drop();
    server.archive.push({ id: 'p1', message: said('late') });
    await clock.advance(300);
    expect(ids(events)).toEqual([]);
    await clock.advance(4_000);
    expect(ids(events)).toEqual(['late']);
  });

  it.each([
    [
      'the server receives nothing in the resumed session',
      (server: ReturnType<typeof setUp>['server']) => {
        server.resumes = true;
        server.ignoresInput = true;
        server.drop();
      },
    ],
    [
      'the server ends the stream with an error',
      (server: ReturnType<typeof setUp>['server']) =>
        server.say(
          '<stream:error xmlns:stream="http://etherx.jabber.org/streams"><reset xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>',
        ),
    ],
  ])('B268 the archive is read once more some time after the session ended because %s', async (_, lose) => {
    const { clock, server, events, transport, online } = setUp();
    server.archive = [{ id: 'p0', message: said('m0') }];
    await online();
    lose(server);
    await clock.advance(2_000);
    server.ignoresInput = false;
    await clock.advance(5_000);
    expect(transport.getStatus().state).toBe('online');
    expect(ids(events)).toEqual([]);
    server.archive.push({ id: 'p1', message: said('late') });
    await clock.advance(75_000);
    expect(ids(events)).toContain('late');
  });

  it('B117 a user can sign in to a server without an archive', async () => {
    const { server, transport, events, online, reconnect } = setUp();
    await online();
    await reconnect();
    expect(transport.getStatus().state).toBe('online');
    server.say(serialize(said('m1')));
    expect(ids(events)).toEqual(['m1']);
  });

  it('B117 a message of a participant without an open channel waits, and the application is notified once', async () => {
    const { clock, server, transport, unopened, online } = setUp();
    await online();
    server.say(serialize(said('m1', 'cy@example.com')));
    server.say(serialize(said('m2', 'cy@example.com')));
    expect(unopened).toEqual(['cy@example.com']);
    const events: ChannelEvent[] = [];
    transport.openChannel('cy@example.com', (event) => events.push(event));
    await clock.advance(10);
    expect(ids(events)).toEqual(['m1', 'm2']);
  });
});

describe('over a reload', () => {
  it('B116 after a reload, the session is resumed, and unstored stanzas are redelivered', async () => {
    const first = setUp();
    await first.online();
    first.server.say(serialize(said('m1')));
    first.channel.acknowledge?.('m1');
    await first.clock.advance(10);
    expect(JSON.parse(first.store.saved ?? '')).toMatchObject({ resumable: 'session', handled: 3 });
    expect(first.store.saved).not.toContain('secret');
    const second = setUp(first.store);
    second.server.resumes = true;
    await second.online();
    const resume = second.server.heard.find(({ name }) => name === 'resume');
    expect(resume?.attributes).toMatchObject({ previd: 'session', h: '3' });
    expect(second.server.heard.some(({ name }) => name === 'presence')).toBe(false);
  });

  it('B116 after a reload, a session that had not begun completely is not resumed', async () => {
    const { clock, server, transport, store } = setUp();
    server.at = { stage: 'carbons', act: 'silence' };
    transport.connect();
    await clock.advance(100);
    expect(JSON.parse(store.saved ?? '')).not.toHaveProperty('resumable');
  });
});
