import type { LogEntry, ServerFrame } from '@imflow/websocket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { message, operation, type RawClient, signIn } from '../test/rawClient.ts';
import { startServer, type StartedServer } from '../test/startServer.ts';
import { createPgliteStore } from './pglite.ts';

let server: StartedServer;
beforeAll(async () => {
  server = await startServer({ store: createPgliteStore() });
}, 60_000);
afterAll(() => server.close());

let pairs = 0;

/** Two users with an open conversation, and a message of the first one. */
async function conversation(): Promise<{ ana: RawClient; bo: RawClient; a: string; b: string; m: string }> {
  pairs += 1;
  const [a, b] = [`ana ${pairs}`, `bo ${pairs}`];
  const [ana, bo] = [await signIn(server.url, a), await signIn(server.url, b)];
  await ana.ask({ type: 'open', with: b });
  await bo.ask({ type: 'open', with: a });
  const hello = message(b, 'the secret');
  await ana.ask(hello);
  return { ana, bo, a, b, m: hello.id };
}

const edit = (to: string, target: string, body = 'hello again') =>
  operation(to, target, 'edit', { contentType: 'text/plain', body });

function entriesOf(frames: readonly ServerFrame[]): LogEntry[] {
  return frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));
}

/** All entries that a device receives which has acknowledged nothing. */
async function caughtUp(user: string, other: string): Promise<LogEntry[]> {
  const client = await signIn(server.url, user, `new device ${Math.random()}`);
  await client.ask({ type: 'open', with: other });
  await client.next(({ type }) => type === 'entries');
  await client.ask({ type: 'ping' });
  client.socket.close();
  return entriesOf(client.frames);
}

describe('an operation on a message', () => {
  it('B292 an operation reaches the other side in the order of the log, with its author and a position, like a message', async () => {
    const { ana, bo, a, b, m } = await conversation();
    const frame = edit(b, m);
    expect(await ana.ask({ ...frame, author: 'eve' })).toMatchObject({ type: 'accepted', position: 2 });
    expect(await bo.ask(operation(a, m, 'react', { emojis: ['👍'] }))).toMatchObject({ position: 3 });
    await bo.next((each) => each.type === 'entries' && each.position === 2);
    expect(entriesOf(bo.frames)).toMatchObject([
      { kind: 'message', id: m },
      { kind: 'edit', id: frame.id, target: m, author: a, body: 'hello again', position: 2 },
    ]);
    const answer = await ana.next((each) => each.type === 'entries');
    expect(answer).toMatchObject({ entries: [{ kind: 'react', author: b, emojis: ['👍'] }] });
  });

  it('B292 a resent operation gets the same response; with different content it is refused', async () => {
    const { ana, b, m } = await conversation();
    const frame = edit(b, m);
    const first = await ana.ask(frame);
    expect(await ana.ask(frame)).toMatchObject({ position: 2, at: (first as { at: number }).at });
    expect(await ana.ask({ ...frame, body: 'other' })).toMatchObject({ type: 'refused', code: 409, retryable: false });
    expect(await ana.ask({ ...frame, target: 'other' })).toMatchObject({ type: 'refused', code: 409 });
  });

  it('B292 an operation that is not allowed is refused finally, and not stored', async () => {
    const { ana, bo, a, b, m } = await conversation();
    expect(await bo.ask(edit(a, m, 'by another'))).toMatchObject({ type: 'refused', code: 403, retryable: false });
    expect(await bo.ask(operation(a, m, 'retract'))).toMatchObject({ type: 'refused', code: 403 });
    expect(await ana.ask(edit(b, 'unknown'))).toMatchObject({ type: 'refused', code: 404 });
    expect(await ana.ask(edit(b, m, 'é'.repeat(32_769)))).toMatchObject({ type: 'refused', code: 413 });
    const many = Array.from({ length: 21 }, (_, index) => String(index));
    expect(await ana.ask(operation(b, m, 'react', { emojis: many }))).toMatchObject({ type: 'refused', code: 400 });
    const foreign = { ...message(b), replyTo: { id: m, sender: 'eve', excerpt: 'she said' } };
    expect(await ana.ask(foreign)).toMatchObject({ type: 'refused', code: 400 });
    expect(await ana.ask({ type: 'history', with: b, limit: 9 })).toMatchObject({
      entries: [{ id: m }],
      operations: [],
    });
  });

  it('B292 an operation is on the history page of its message, with its outcome', async () => {
    const { ana, bo, a, b, m } = await conversation();
    const [change, later] = [edit(b, m), message(b, 'later')];
    await ana.ask(change);
    await bo.ask(operation(a, m, 'react', { emojis: ['👍'] }));
    await ana.ask(later);
    await bo.ask({ type: 'receipt', to: a, id: change.id, outcome: 'delivered' });
    expect(await ana.ask({ type: 'history', with: b, limit: 1 })).toMatchObject({
      entries: [{ id: later.id }],
      operations: [],
    });
    expect(await ana.ask({ type: 'history', with: b, limit: 2 })).toMatchObject({
      entries: [{ id: m }, { id: later.id }],
      operations: [{ kind: 'edit', id: change.id }, { kind: 'react' }],
      receipts: [{ id: change.id, outcome: 'delivered' }],
      end: true,
    });
  });
});

describe('a message that was retracted', () => {
  it('B293 a retracted message is sent without its text, edits and quotes, but with its retraction', async () => {
    const { ana, bo, a, b, m } = await conversation();
    await ana.ask(edit(b, m, 'the secret, edited'));
    const replyTo = { id: m, sender: a, excerpt: 'the secret' };
    await bo.ask({ ...message(a, 'an answer'), replyTo });
    await ana.ask(operation(b, m, 'retract'));
    await bo.ask({ ...message(a, 'a late answer'), replyTo });
    for (const [user, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const entries = await caughtUp(user, other);
      expect(JSON.stringify(entries)).not.toContain('secret');
      expect(entries.filter(({ kind }) => kind === 'retract')).toHaveLength(1);
      expect(entries.some(({ kind }) => kind === 'edit')).toBe(false);
    }
    const page = await ana.ask({ type: 'history', with: b, limit: 9 });
    expect(JSON.stringify(page)).not.toContain('secret');
    expect(page).toMatchObject({
      entries: [{ id: m, body: '', retracted: true }, { body: 'an answer' }, { body: 'a late answer' }],
      operations: [{ kind: 'retract', target: m }],
    });
    expect(await ana.ask(edit(b, m))).toMatchObject({ type: 'refused', code: 410 });
  });

  it('B293 a retracted message is sent in one frame with its retraction, however many entries lie between them', async () => {
    const { ana, a, b, m } = await conversation();
    for (let index = 0; index < 20; index += 1) await ana.ask(message(b, 'x'.repeat(50_000)));
    await ana.ask(operation(b, m, 'retract'));
    const client = await signIn(server.url, b, 'new device');
    await client.ask({ type: 'open', with: a });
    const frame = await client.next((each) => each.type === 'entries' && each.entries.some(({ id }) => id === m));
    const kinds = frame.type === 'entries' ? frame.entries.map(({ kind }) => kind) : [];
    expect(kinds).toContain('retract');
    expect(kinds.length).toBeLessThan(20);
  });
});

describe('reactions', () => {
  it('B294 reactions are sets: a device that connects later receives only the newest one of each author', async () => {
    const { ana, bo, a, b, m } = await conversation();
    await bo.ask(operation(a, m, 'react', { emojis: ['👍', '🎉'] }));
    await bo.ask(operation(a, m, 'react', { emojis: ['❤'] }));
    await bo.ask({ ...operation(a, m, 'react', { emojis: ['👎'] }), sequence: 0 });
    await ana.ask(operation(b, m, 'react', { emojis: ['😀'] }));
    const sets = (await caughtUp(a, b)).flatMap((entry) => (entry.kind === 'react' ? [entry.emojis] : []));
    expect(sets).toEqual([['❤'], ['😀']]);
  });
});
