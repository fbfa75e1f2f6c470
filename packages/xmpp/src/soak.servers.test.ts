import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmppServer } from '../test/server/prosody.mjs';
import { MAX_START, servers } from '../test/server/servers.ts';
import { soak } from '../test/soak.ts';

// `packages/xmpp/test/soak.mjs` sets them.
const messages = Number(process.env['SOAK_MESSAGES'] ?? 100);
const seed = Number(process.env['SOAK_SEED'] ?? 1);
const killsPerTab = Number(process.env['SOAK_KILLS_PER_TAB'] ?? 5);
const only = process.env['SOAK_SERVER'];
const chosen = servers.filter(({ name }) => only === undefined || name === only);
const patience = 120_000;
/** A connection that is killed in the middle of an archive page of ejabberd prolongs the test by some minutes. */
const DEFAULT_KILLS: Readonly<Record<string, number>> = { ejabberd: 5 };
const killsOn = (name: string): number => Number(process.env['SOAK_KILLS'] ?? DEFAULT_KILLS[name] ?? 10);
/**
 * How long the server may delay the archiving of late messages, in ms: ejabberd takes 15 s for each stanza that waits
 * for a closed WebSocket, such as a page of 50 entries and the receipts after it.
 */
const lateness = Number(process.env['SOAK_LATENESS'] ?? 900_000);
/** How long the whole test may take on a busy machine, in ms: the archive is read again with each new session. */
const maxDuration = 60_000 + messages * 1_000 + lateness;

describe.each(chosen)('two engines over $name', ({ name, isInstalled, start }) => {
  const kills = killsOn(name);
  let server: XmppServer;
  beforeAll(async () => {
    if (isInstalled) server = await start();
  }, MAX_START);
  afterAll(() => server?.stop());

  it.skipIf(!isInstalled)(
    `B116 B260 ${kills} killed connections during ${messages} messages, and tabs that close and open: nothing lost, nothing twice, order kept, all delivered`,
    async () => {
      const result = await soak(server, { seed, messages, kills, killsPerTab, patience, lateness });
      expect(result.notReceived).toEqual({ archived: [], notArchived: [] });
      expect(result.received.byBo).toEqual(result.sent.ana);
      expect(result.received.byAna).toEqual(result.sent.bo);
      expect(result.statuses).toEqual(['delivered']);
      expect(result.kills).toBe(kills);
      expect(result.tabs).toBe(Math.floor(kills / killsPerTab));
    },
    maxDuration,
  );
});
