import type { ServerFrame } from '@imflow/websocket';
import { array, assert, asyncProperty } from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { randomFrames, type Sent } from '../test/randomFrames.ts';
import { message, type RawClient, signIn } from '../test/rawClient.ts';
import { serverFrame } from '../test/serverFrames.ts';
import { startServer, type StartedServer } from '../test/startServer.ts';
import { readFrame } from './frames.ts';
import { createMemoryStore } from './index.ts';
import { conversationOf } from './store/store.ts';

const SECRET = 'what only ana and bo know';
/** Of the test's own last request, which no random frame has. */
const LAST = 1_000;
const CODES_OF_REQUESTS = new Set([400, 403, 404, 409, 410, 413]);
const CODES_OF_ENDS = new Set([400, 401, 409, 503, 505]);
/** How a socket may end: after a `refused`, or for a binary frame or one that is too large. */
const CODES_OF_CLOSING = new Set([1001, 1003, 1008, 1009]);
const OF_ANA_AND_BO = conversationOf('ana', 'bo').conversation;

const logged: string[] = [];
const failures: unknown[] = [];
const fail = (error: unknown): void => void failures.push(error);
const store = createMemoryStore();
let server: StartedServer;
let [ana, bo]: RawClient[] = [];

beforeAll(async () => {
  const log = (fields: object, text: string): void => void logged.push(`${JSON.stringify(fields)} ${text}`);
  server = await startServer({
    store,
    authenticate({ token }) {
      if (token.startsWith('broken')) throw new Error(`${token} cannot be read`);
      return /^token of (?<user>.+)$/.exec(token)?.groups?.['user'];
    },
    mayTalk: (user, other) => user !== 'stranger' && other !== 'stranger',
    logger: { info: log, warn: log, error: log },
    limits: { maxFramesPerSecond: 100_000 },
  });
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  [ana, bo] = [await signIn(server.url, 'ana'), await signIn(server.url, 'bo')];
  await ana.ask({ type: 'open', with: 'bo' });
  await bo.ask({ type: 'open', with: 'ana' });
  await ana.ask(message('bo', SECRET, 'm of ana'));
  await bo.ask(message('ana', SECRET, 'm of bo'));
});
afterEach(() => {
  expect(failures.splice(0)).toEqual([]);
});
afterAll(async () => {
  process.off('uncaughtException', fail);
  process.off('unhandledRejection', fail);
  await server.close();
});

/** The frames that a socket received, and the code with which it closed; undefined while it is open. */
interface Heard {
  readonly frames: readonly ServerFrame[];
  readonly code: number | undefined;
}

/**
 * Sends frames on a socket of its own, and waits until all are answered or the socket is closed.
 * @param hello is sent and answered before.
 */
async function send(sent: readonly Sent[], hello?: string): Promise<Heard> {
  const socket = new WebSocket(server.url);
  const texts: string[] = [];
  const code = await new Promise<number | undefined>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', resolve);
    const sendAll = (): void => {
      for (const each of sent) socket.send(each);
      socket.send(JSON.stringify({ type: 'ping', request: LAST }));
    };
    socket.on('message', (data: Buffer) => {
      texts.push(data.toString());
      if (hello !== undefined && texts.length === 1) sendAll();
      if (texts.at(-1) === `{"type":"pong","request":${LAST}}`) resolve(undefined);
    });
    socket.on('open', () => (hello === undefined ? sendAll() : socket.send(hello)));
  });
  if (code === undefined) await settle(socket, texts, sent);
  socket.terminate();
  return { frames: texts.map((text) => serverFrame.parse(JSON.parse(text))), code };
}

/** Waits for answers that need the store: they arrive after the answer to a ping. */
async function settle(socket: WebSocket, texts: readonly string[], sent: readonly Sent[]): Promise<void> {
  const answered = (): Set<unknown> => new Set(texts.map((text) => (JSON.parse(text) as { request?: number }).request));
  await expect
    .poll(() => requestsOf(sent).filter((request) => !answered().has(request)), { timeout: 5_000 })
    .toEqual([]);
  expect(socket.readyState).toBe(WebSocket.OPEN);
}

/** The requests of the frames that a server can read. */
function requestsOf(sent: readonly Sent[]): readonly number[] {
  return sent.flatMap((each) => {
    const read = typeof each === 'string' ? readFrame(each) : undefined;
    return read !== undefined && 'frame' in read && 'request' in read.frame ? [read.frame.request] : [];
  });
}

function check({ frames, code }: Heard): void {
  expect(JSON.stringify(frames)).not.toContain(SECRET);
  for (const frame of frames) if (frame.type === 'matches') expect(frame.ids).toEqual([]);
  const refusals = frames.filter((frame) => frame.type === 'refused');
  const ends = refusals.filter(({ request }) => request === undefined);
  for (const refused of refusals) {
    expect(refused.request === undefined ? CODES_OF_ENDS : CODES_OF_REQUESTS).toContain(refused.code);
  }
  if (code === undefined) {
    expect(ends).toEqual([]);
    return;
  }
  expect(CODES_OF_CLOSING).toContain(code);
  expect(ends).toHaveLength(code === 1003 || code === 1009 ? 0 : 1);
}

/** Everything that the store contains of the conversation of the other users. */
async function kept(): Promise<unknown> {
  const place = { conversation: OF_ANA_AND_BO, position: 0, upTo: 100 };
  const cursors = ['ana', 'bo'].map((user) => ({ ...place, user, device: `device of ${user}` }));
  return {
    heads: await store.heads([OF_ANA_AND_BO]),
    entries: await store.entriesAfter([place], 100),
    cursors: await store.cursors(cursors),
  };
}

const names = ['ana', 'bo', 'eve', 'stranger', 'device of ana', 'm of ana', 'm of bo', 'm', OF_ANA_AND_BO, 'ana","bo'];
const tokens = ['token of eve', 'token of eve', 'token of stranger', 'token', 'broken token', 'constructor'];
const frames = array(randomFrames(names, tokens, 'what only'), { maxLength: 40, size: 'max' });
const HELLO = JSON.stringify({ type: 'hello', protocol: 1, token: 'token of eve', device: 'device of ana' });

it.each([
  ['signed in', HELLO],
  ['not signed in', undefined],
])(
  'B406 random frames of a client that is %s are answered or close its socket, and affect no other user',
  async (_, hello) => {
    const before = await kept();
    const heard = [ana!.frames.length, bo!.frames.length] as const;
    await assert(
      asyncProperty(frames, async (sent) => {
        check(await send(sent, hello));
        expect(failures).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(await kept()).toEqual(before);
    const about = [...ana!.frames.slice(heard[0]), ...bo!.frames.slice(heard[1])];
    expect(about.filter((frame) => 'with' in frame && frame.with !== 'eve')).toEqual([]);
    for (const each of [ana!, bo!]) expect(await each.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  },
  120_000,
);

it('B406 random frames cause no log of a token or of the text of a message', async () => {
  await send([HELLO.replace('token of eve', 'broken token')]);
  await send([HELLO.replace('token of eve', 'token of nobody\n')]);
  expect(logged.join('\n')).toContain('authenticate threw');
  expect(logged.join('\n')).not.toContain('the store failed');
  expect(logged.join('\n')).not.toMatch(/token of|broken token|what only/);
});
