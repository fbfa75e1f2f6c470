import type { ServerFrame } from '@imflow/websocket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { message, operation, type RawClient, signIn } from '../test/rawClient.ts';
import { startServer, type StartedServer } from '../test/startServer.ts';
import { createPgliteStore } from './pglite.ts';

let server: StartedServer;
beforeAll(async () => {
  const mayTalk = (user: string, other: string): boolean => ![user, other].includes('eve');
  server = await startServer({ store: createPgliteStore(), mayTalk });
}, 60_000);
afterAll(() => server.close());

let pairs = 0;

/** Two users, of whom the first has sent these texts; with the ids of the messages. */
async function conversation(...texts: readonly string[]): Promise<{ ana: RawClient; bo: string; ids: string[] }> {
  pairs += 1;
  const [a, bo] = [`ana ${pairs}`, `bo ${pairs}`];
  const ana = await signIn(server.url, a);
  const frames = texts.map((body) => message(bo, body));
  for (const frame of frames) await ana.ask(frame);
  return { ana, bo, ids: frames.map(({ id }) => id) };
}

/** Searches step by step; with the answers. */
async function search(client: RawClient, other: string, text: string): Promise<readonly ServerFrame[]> {
  const answers: ServerFrame[] = [];
  let before: number | undefined;
  do {
    const answer = await client.ask({ type: 'search', with: other, text, ...(before === undefined ? {} : { before }) });
    answers.push(answer);
    before = answer.type === 'matches' ? answer.next : undefined;
  } while (before !== undefined);
  return answers;
}

function idsIn(answers: readonly ServerFrame[]): readonly string[] {
  return answers.flatMap((answer) => (answer.type === 'matches' ? answer.ids : []));
}

describe('a search in the log', () => {
  it('B411 the search of the server finds messages by any part of their text, newest first, and ignores case and accents', async () => {
    const { ana, bo, ids } = await conversation('Café at nine', 'no', 'the CAFETERIA', '明日の会議');
    expect(idsIn(await search(ana, bo, 'cafe'))).toEqual([ids[2], ids[0]]);
    expect(idsIn(await search(ana, bo, '会議'))).toEqual([ids[3]]);
    expect(idsIn(await search(ana, bo, 'ten'))).toEqual([]);
  });

  it('B411 the search of the server finds the newest text of a message, and no edited or retracted text', async () => {
    const { ana, bo, ids } = await conversation('one', 'two', 'three');
    const edit = { contentType: 'text/plain', body: 'one needle' };
    const [one = '', two = '', three = ''] = ids;
    await ana.ask({ ...operation(bo, one, 'edit', { ...edit, body: 'older needle' }), sequence: 5 });
    await ana.ask({ ...operation(bo, two, 'edit', edit), sequence: 7 });
    await ana.ask({ ...operation(bo, two, 'edit', { ...edit, body: 'plain' }), sequence: 8 });
    await ana.ask({ ...operation(bo, three, 'edit', edit), sequence: 9 });
    await ana.ask(operation(bo, three, 'retract'));
    expect(idsIn(await search(ana, bo, 'needle'))).toEqual([one]);
    expect(idsIn(await search(ana, bo, 'two'))).toEqual([]);
    expect(idsIn(await search(ana, bo, 'plain'))).toEqual([two]);
  });

  it('B411 a step compares a limited number of characters, and returns the cursor of the next step', async () => {
    const long = 'x'.repeat(60_000);
    const { ana, bo, ids } = await conversation('needle', ...Array.from({ length: 9 }, () => `needle ${long}`));
    const answers = await search(ana, bo, 'needle');
    expect(answers).toHaveLength(3);
    expect(idsIn(answers)).toEqual(ids.toReversed());
  });

  it('B411 one step reads a limited number of messages', async () => {
    const { ana, bo, ids } = await conversation(...Array.from({ length: 501 }, (_, index) => `needle ${index}`));
    const answers = await search(ana, bo, 'needle');
    expect(answers).toHaveLength(2);
    expect(idsIn(answers)).toEqual(ids.toReversed());
  });

  it('B411 the search of the server is refused to users who may not talk with each other, and without a text', async () => {
    const { ana, bo } = await conversation('secret');
    expect(await ana.ask({ type: 'search', with: 'eve', text: 'secret' })).toMatchObject({
      type: 'refused',
      code: 403,
    });
    expect(await ana.ask({ type: 'search', with: bo, text: '' })).toMatchObject({ type: 'refused', code: 400 });
    const eve = await signIn(server.url, `stranger ${pairs}`);
    expect(idsIn(await search(eve, bo, 'secret'))).toEqual([]);
  });
});
