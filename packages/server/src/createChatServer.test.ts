import type { ServerFrame } from '@imflow/websocket';
import { array, boolean, constantFrom, integer, nat, oneof, record, sample } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { message, openRaw, operation, signIn } from '../test/rawClient.ts';
import { startServer, type StartedServer } from '../test/startServer.ts';
import { createChatServer, createMemoryStore, type OfflineMessage, type Store } from './index.ts';

const offline: OfflineMessage[] = [];
const logged: string[] = [];
const log = (fields: object, text: string): void => void logged.push(`${JSON.stringify(fields)} ${text}`);
let server: StartedServer;
let url: string;
beforeAll(async () => {
  server = await startServer({
    mayTalk: (user, other) => !`${user} ${other}`.includes('stranger'),
    onOffline: (each) => offline.push(each),
    logger: { info: log, warn: log, error: log },
    limits: { maxFramesPerSecond: 5_000 },
  });
  ({ url } = server);
});
afterAll(() => server.close());

/** The texts of the messages in a frame. */
function bodiesOf(frame: ServerFrame): string[] {
  const entries = frame.type === 'entries' || frame.type === 'page' ? frame.entries : [];
  return entries.flatMap((entry) => (entry.kind === 'message' ? [entry.body] : []));
}

const isEntries = (frame: { readonly type: string }): boolean => frame.type === 'entries';

describe('a message', () => {
  it('B286 a resent message gets the same response; with different content, or from a different author, it is refused', async () => {
    const [ana, bo] = [await signIn(url, 'ana1'), await signIn(url, 'bo1')];
    const hello = message('bo1');
    const first = await ana.ask(hello);
    expect(first).toMatchObject({ type: 'accepted', position: 1 });
    const again = await ana.ask({ ...hello, sentAt: 99 });
    expect(again).toMatchObject({ type: 'accepted', position: 1, at: (first as { at: number }).at });
    expect(await ana.ask({ ...hello, body: 'other' })).toMatchObject({ type: 'refused', code: 409 });
    expect(await bo.ask({ ...hello, to: 'ana1' })).toMatchObject({ type: 'refused', code: 409, retryable: false });
    for (const each of [ana, bo]) each.socket.close();
  });

  it('B286 a message that is sent twice at once is stored once', async () => {
    const ana = await signIn(url, 'ana2');
    const hello = message('bo2');
    const answers = await Promise.all([ana.ask(hello), ana.ask(hello)]);
    expect(answers).toMatchObject([{ position: 1 }, { position: 1 }]);
    ana.socket.close();
  });

  it('B286 a message carries the author that the token names, whatever the frame says', async () => {
    const [ana, bo] = [await signIn(url, 'ana3'), await signIn(url, 'bo3')];
    await bo.ask({ type: 'open', with: 'ana3' });
    await ana.ask({ ...message('bo3'), author: 'eve', sender: 'eve', from: 'eve' });
    const frame = await bo.next(isEntries);
    expect(frame).toMatchObject({ with: 'ana3', entries: [{ author: 'ana3' }] });
    expect(JSON.stringify(frame)).not.toContain('eve');
    for (const each of [ana, bo]) each.socket.close();
  });

  it('B286 the server refuses a message over the limit, and notifies the application of a message for an absent user', async () => {
    const ana = await signIn(url, 'ana4');
    expect(await ana.ask(message('bo4', 'é'.repeat(32_769)))).toMatchObject({ type: 'refused', code: 413 });
    expect(await ana.ask(message('bo4', 'ping'))).toMatchObject({ type: 'accepted' });
    expect(offline.filter(({ to }) => to === 'bo4')).toMatchObject([{ from: 'ana4', body: 'ping' }]);
    ana.socket.close();
  });
});

describe('a device', () => {
  it('B287 a device receives unacknowledged messages again, and so does each device of a user', async () => {
    const ana = await signIn(url, 'ana5');
    for (const body of ['one', 'two']) await ana.ask(message('bo5', body));
    const bodiesFor = async (device: string, ack?: number): Promise<string[]> => {
      const bo = await signIn(url, 'bo5', device);
      await bo.ask({ type: 'open', with: 'ana5' });
      const frame = await bo.next(isEntries);
      if (ack !== undefined) bo.say({ type: 'ack', with: 'ana5', position: ack });
      await bo.ask({ type: 'ping' });
      bo.socket.close();
      await bo.closed;
      return bodiesOf(frame);
    };
    expect(await bodiesFor('phone')).toEqual(['one', 'two']);
    expect(await bodiesFor('phone', 1)).toEqual(['one', 'two']);
    expect(await bodiesFor('phone')).toEqual(['two']);
    expect(await bodiesFor('laptop')).toEqual(['two']);
    ana.socket.close();
  });

  it('B287 a device receives missed messages before any page of history, however early it requests one', async () => {
    const ana = await signIn(url, 'ana30');
    await ana.ask(message('bo30', 'missed'));
    const bo = await signIn(url, 'bo30');
    const seen: string[] = [];
    bo.socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') seen.push((JSON.parse(data) as ServerFrame).type);
    });
    const opened = bo.ask({ type: 'open', with: 'ana30' });
    const page = await bo.ask({ type: 'history', with: 'ana30', limit: 50 });
    expect(bodiesOf(page)).toEqual(['missed']);
    await opened;
    expect(seen.indexOf('entries')).toBeGreaterThan(-1);
    expect(seen.indexOf('entries')).toBeLessThan(seen.indexOf('page'));
    for (const each of [ana, bo]) each.socket.close();
  });

  it('B407 a client that opens a conversation, closes it and opens it again at once gets a response to each', async () => {
    const [ana, bo] = [await signIn(url, 'ana31'), await signIn(url, 'bo31')];
    await bo.ask(message('ana31', 'once'));
    const opened = [ana.ask({ type: 'open', with: 'bo31' }), ana.ask({ type: 'open', with: 'bo31' })];
    ana.say({ type: 'close', with: 'bo31' });
    opened.push(ana.ask({ type: 'open', with: 'bo31' }));
    expect((await Promise.all(opened)).map(({ type }) => type)).toEqual(['accepted', 'accepted', 'accepted']);
    await ana.next(({ type }) => type === 'presence');
    await ana.ask({ type: 'ping' });
    expect(ana.frames.flatMap(bodiesOf)).toEqual(['once']);
    for (const each of [ana, bo]) each.socket.close();
  });

  it('B287 a device that connects twice is kept once, and the older socket receives the reason', async () => {
    const first = await signIn(url, 'ana6', 'tab');
    const second = await signIn(url, 'ana6', 'tab');
    expect(await first.next(({ type }) => type === 'refused')).toMatchObject({ code: 409 });
    await first.closed;
    expect(await second.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    second.socket.close();
  });

  it('B287 a device is notified once of a message in a conversation that is not open', async () => {
    const [ana, bo] = [await signIn(url, 'ana7'), await signIn(url, 'bo7')];
    await ana.ask(message('bo7'));
    await ana.ask(message('bo7'));
    await bo.ask({ type: 'ping' });
    expect(bo.frames.filter(({ type }) => type === 'waiting')).toEqual([{ type: 'waiting', with: 'ana7' }]);
    expect(bo.frames.some(isEntries)).toBe(false);
    for (const each of [ana, bo]) each.socket.close();
  });

  it('B287 a device receives the outcomes of messages from its absence, together with newer ones', async () => {
    const first = await signIn(url, 'ana8', 'phone');
    const bo = await signIn(url, 'bo8');
    await first.ask({ type: 'open', with: 'bo8' });
    const [one, two] = [message('bo8'), message('bo8')];
    for (const each of [one, two]) await first.ask(each);
    first.say({ type: 'ack', with: 'bo8', position: 2 });
    first.socket.close();
    await first.closed;
    await bo.ask({ type: 'receipt', to: 'ana8', id: one.id, outcome: 'delivered' });
    await bo.ask({ type: 'receipt', to: 'ana8', id: two.id, outcome: 'displayed', upTo: true });
    await bo.ask(message('ana8', 'answer'));
    const ana = await signIn(url, 'ana8', 'phone');
    await ana.ask({ type: 'open', with: 'bo8' });
    await ana.next((frame) => bodiesOf(frame).includes('answer'));
    const receipts = ana.frames.flatMap((frame) => (frame.type === 'entries' ? frame.receipts : []));
    expect(receipts).toMatchObject([{ outcome: 'displayed', ids: [one.id, two.id] }]);
    for (const each of [ana, bo]) each.socket.close();
  });
});

describe('presence', () => {
  it('B288 presence says who is connected, and when each was last seen', async () => {
    const ana = await signIn(url, 'ana9');
    await ana.ask({ type: 'open', with: 'bo9' });
    expect(await ana.next(({ type }) => type === 'presence')).toEqual({
      type: 'presence',
      with: 'bo9',
      available: false,
    });
    const bo = await signIn(url, 'bo9');
    await ana.next((frame) => frame.type === 'presence' && frame.available);
    bo.socket.close();
    const gone = await ana.next((frame) => frame.type === 'presence' && frame.lastSeen !== undefined);
    expect(gone).toMatchObject({ available: false });
    ana.socket.close();
  });
});

describe('users without permission', () => {
  it.each([
    ['a first frame that is not a hello', { type: 'open', request: 1, with: 'ana' }, 401],
    ['an invalid token', { type: 'hello', protocol: 1, token: 'wrong', device: 'd' }, 401],
    ['a different version of the protocol', { type: 'hello', protocol: 9, token: 'token of ana', device: 'd' }, 505],
  ])('B289 %s closes the socket with a reason', async (_case, frame, code) => {
    const client = await openRaw(url);
    client.say(frame);
    expect(await client.next(({ type }) => type === 'refused')).toMatchObject({ code });
    await client.closed;
  });

  it('B289 a page of another site cannot connect', async () => {
    await expect(openRaw(url, 'https://evil.example')).rejects.toThrow('403');
    const own = await openRaw(url, `http://127.0.0.1:${server.port}`);
    own.socket.close();
  });

  it('B289 no frame reads, writes or marks a conversation of other users', async () => {
    const [ana, bo] = [await signIn(url, 'ana10'), await signIn(url, 'bo10')];
    await bo.ask({ type: 'open', with: 'ana10' });
    const secret = message('bo10', 'the secret');
    await ana.ask(secret);
    const names = constantFrom('ana10', 'bo10', 'eve10', 'ana10","bo10', secret.id, '["ana10","bo10"]');
    const values = oneof(names, constantFrom(secret.id, 'delivered', 'displayed', 'failed', 'composing'));
    const types = ['open', 'close', 'message', 'receipt', 'composing', 'ack', 'history', 'ping', 'hello', 'operation'];
    const frames = record(
      {
        type: constantFrom(...types),
        request: nat(),
        to: names,
        with: names,
        author: names,
        conversation: names,
        id: values,
        ids: array(values, { maxLength: 3 }),
        outcome: values,
        state: values,
        upTo: boolean(),
        position: nat(),
        before: nat(),
        limit: integer({ min: 1, max: 50 }),
        contentType: values,
        body: values,
        sentAt: nat(),
        code: integer({ min: 300, max: 699 }),
        target: values,
        kind: constantFrom('edit', 'retract', 'react'),
        sequence: nat(),
        emojis: array(values, { maxLength: 2 }),
        replyTo: record({ id: values, sender: names, excerpt: values }),
      },
      { requiredKeys: ['type'] },
    );
    const heard = bo.frames.length;
    const heardByAna = ana.frames.length;
    for (const batch of sample(array(frames, { minLength: 30, maxLength: 40 }), { numRuns: 20, seed: 1 })) {
      const eve = await signIn(url, 'eve10', 'device of ana10');
      for (const frame of batch.filter(({ type }) => type !== 'hello')) eve.say(frame);
      await eve.ask({ type: 'ping' });
      expect(JSON.stringify(eve.frames)).not.toContain('the secret');
      eve.socket.close();
      await eve.closed;
    }
    const about = [...bo.frames.slice(heard), ...ana.frames.slice(heardByAna)];
    expect(about.filter((frame) => 'with' in frame && frame.with !== 'eve10')).toEqual([]);
    const page = await ana.ask({ type: 'history', with: 'bo10', limit: 50 });
    expect(page).toMatchObject({ entries: [{ body: 'the secret' }], operations: [], receipts: [] });
    for (const each of [ana, bo]) each.socket.close();
  }, 60_000);

  it('B289 users who may not talk with each other are refused, in every frame that names a participant', async () => {
    const ana = await signIn(url, 'ana11');
    const asked = [
      { type: 'open', with: 'stranger' },
      message('stranger'),
      { type: 'receipt', to: 'stranger', id: 'm', outcome: 'delivered' },
      { type: 'history', with: 'stranger', limit: 5 },
      operation('stranger', 'm', 'retract'),
      message('ana11'),
    ];
    for (const frame of asked) expect(await ana.ask(frame)).toMatchObject({ type: 'refused', code: 403 });
    ana.socket.close();
  });

  it('B289 the server answers an unreadable frame, closes a socket that sends too many of them, and keeps running', async () => {
    const ana = await signIn(url, 'ana12');
    expect(await ana.ask({ type: 'open', with: 5 })).toMatchObject({ type: 'refused', code: 400 });
    ana.say({ type: 'later' });
    expect(await ana.next(({ type }) => type === 'unknown')).toEqual({ type: 'unknown', frame: 'later' });
    for (const text of ['', '[', 'null', '{"type":{}}', '{"type":"__proto__"}']) ana.say(text);
    expect(await ana.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    for (let count = 0; count < 60; count += 1) ana.say('[');
    await ana.closed;
    const large = await signIn(url, 'ana12');
    large.say('x'.repeat(600_000));
    expect(await large.closed).toBe(1009);
    const binary = await signIn(url, 'ana12');
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect(await binary.closed).toBe(1003);
    const after = await signIn(url, 'ana12');
    after.socket.close();
  });

  it('B289 no token and no body is logged', async () => {
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join('\n')).not.toMatch(/token of|wrong|the secret|hello/);
  });
});

describe('a server', () => {
  it('B290 a server that cannot store closes the socket, so that no later message overtakes an earlier one', async () => {
    const memory = createMemoryStore();
    let fails = true;
    const store: Store = {
      ...memory,
      append: (entries, at) => (fails ? Promise.reject(new Error('no disk')) : memory.append(entries, at)),
    };
    const broken = await startServer({ store });
    const ana = await signIn(broken.url, 'ana');
    for (const body of ['one', 'two', 'three']) ana.say({ ...message('bo', body), request: 1 });
    expect(await ana.next(({ type }) => type === 'refused')).toMatchObject({ code: 503, retryable: true });
    await ana.closed;
    fails = false;
    const again = await signIn(broken.url, 'ana');
    expect(await again.ask({ type: 'history', with: 'bo', limit: 5 })).toMatchObject({ entries: [] });
    expect(await again.ask(message('bo'))).toMatchObject({ type: 'accepted', position: 1 });
    await broken.close();
  });

  it('B290 a server that is closed notifies its clients and stores accepted messages', async () => {
    const store = createMemoryStore();
    const ending = await startServer({ store });
    const ana = await signIn(ending.url, 'ana');
    const sending = Array.from({ length: 20 }, (_, index) =>
      ana.ask(message('bo', String(index))).catch(() => undefined),
    );
    await ana.ask({ type: 'ping' });
    await ending.close();
    expect(ana.frames.find(({ type }) => type === 'refused')).toMatchObject({ code: 503, retryable: true });
    const accepted = (await Promise.all(sending)).filter((answer) => answer?.type === 'accepted');
    const [stored = []] = await store.entriesAfter([{ conversation: '["ana","bo"]', position: 0, upTo: 100 }], 100);
    expect(stored.length).toBeGreaterThanOrEqual(accepted.length);
    expect(await ending.chat.health()).toMatchObject({ ok: false });
  });

  it('B290 a server reads frames that arrive too fast with a delay, and drops none', async () => {
    const slow = await startServer({ limits: { maxFramesPerSecond: 100 } });
    const ana = await signIn(slow.url, 'ana');
    const answers = await Promise.all(Array.from({ length: 150 }, () => ana.ask({ type: 'ping' })));
    expect(answers).toHaveLength(150);
    await slow.close();
  });

  it('B388 the smallest frame limit of a server has room for every body that clients send, however JSON escapes it', async () => {
    const small = await startServer({ limits: { maxFrameBytes: 458_752 } });
    const ana = await signIn(small.url, 'ana');
    for (const body of ['\u0001'.repeat(65_536), '"'.repeat(65_536), '漢'.repeat(21_845)])
      expect(await ana.ask(message('bo', body))).toMatchObject({ type: 'accepted' });
    ana.socket.close();
    await small.close();
    expect(() =>
      createChatServer({ store: createMemoryStore(), authenticate: () => 'ana', limits: { maxFrameBytes: 458_751 } }),
    ).toThrow('maxFrameBytes');
  });

  it.each([
    [{ limits: { maxFrameBytes: 5 } }, 'limits.maxFrameBytes is 5, but must be a number from 458752'],
    [{ authenticate: undefined as never }, 'authenticate must be a function'],
    [{ store: {} as never }, 'store must be a store'],
  ])('B290 a server names an invalid option: %o', (options, text) => {
    const store = createMemoryStore();
    expect(() => createChatServer({ store, authenticate: () => 'ana', ...options })).toThrow(text);
  });
});
