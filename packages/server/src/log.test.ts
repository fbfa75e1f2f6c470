import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { message, openRaw, signIn } from '../test/rawClient.ts';
import { startServer } from '../test/startServer.ts';
import { createMemoryStore, type Store } from './index.ts';

const TOKEN = 'eyJ-the-secret-token';
const BODY = 'the secret text';

function createLog(): { readonly lines: string[]; readonly logger: ReturnType<typeof pino> } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { lines, logger: pino({ level: 'trace' }, stream) };
}

it('B321 pino logs no token and no text of a message, whatever libraries put into their errors', async () => {
  const { lines, logger } = createLog();
  const memory = createMemoryStore();
  const store: Store = {
    ...memory,
    // As PostgreSQL does.
    append: (entries) =>
      Promise.reject(
        Object.assign(new Error('violates a constraint'), {
          code: '23502',
          detail: `Failing row contains (${entries[0]?.payload}).`,
        }),
      ),
  };
  const server = await startServer({
    store,
    logger,
    authenticate: ({ token }) => {
      if (token === TOKEN) throw new Error(`cannot read the token ${token}`);
      // oxlint-disable-next-line only-throw-error -- an application may throw what is no error, and the log must hide the token there too
      if (token === `${TOKEN}2`) throw token;
      return 'ana';
    },
  });
  for (const token of [TOKEN, `${TOKEN}2`]) {
    const client = await openRaw(server.url);
    client.say({ type: 'hello', protocol: 1, token, device: 'd' });
    await client.closed;
  }
  const ana = await signIn(server.url, 'ana');
  ana.say({ ...message('bo', BODY), request: 1 });
  await ana.closed;
  await server.close();
  const all = lines.join('');
  expect(all).toContain('cannot read the token [secret]');
  expect(all).toContain('violates a constraint');
  expect(all).toContain('23502');
  expect(all).not.toMatch(/eyJ|the secret/);
});

it('B321 a logger that throws closes no socket', async () => {
  const fail = (): never => {
    throw new Error('disk full');
  };
  const server = await startServer({ logger: { info: fail, warn: fail, error: fail } });
  await expect(openRaw(server.url, 'https://evil.example')).rejects.toThrow('403');
  const ana = await signIn(server.url, 'ana');
  expect(await ana.ask(message('bo'))).toMatchObject({ type: 'accepted' });
  await server.close();
});
