/** The chat server of the command `imflow-server`: the token is the name. */

import { networkInterfaces } from 'node:os';
import type { Bus } from '../bus/bus.ts';
import { type ChatServer, createChatServer } from '../createChatServer.ts';
import type { MetricsRegistry } from '../metrics.ts';
import type { Logger } from '../options.ts';
import type { Store } from '../store/store.ts';
import { type CommandOptions, UsageError } from './options.ts';

/** Normalises a name, so that different spellings are the same person. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,64}$/u;

/** A chat server for trying: the token is the name. */
export async function createTrialServer(
  options: CommandOptions,
  logger: Logger,
  metrics: MetricsRegistry,
): Promise<ChatServer> {
  const bus = await busOf(options);
  return createChatServer({
    store: await storeOf(options),
    ...(bus === undefined ? {} : { bus }),
    ...(options.files === undefined ? {} : { files: { folder: options.files } }),
    origins: options.origins ?? isOfThisMachine,
    logger,
    metrics,
    authenticate({ token }) {
      const name = token.trim().normalize('NFC').toLowerCase();
      return NAME.test(name) ? name : undefined;
    },
  });
}

/** Whether a page comes from this machine, by any of its addresses and at any port. */
function isOfThisMachine(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const host = new URL(origin).hostname.replaceAll(/^\[|\]$/g, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === host));
}

// What is not used is not loaded: PGlite alone is 20 MB.

async function storeOf({ folder, database }: CommandOptions): Promise<Store> {
  if (database === undefined) {
    const { createPgliteStore } = await import('../pglite.ts');
    return createPgliteStore(folder === undefined ? {} : { folder });
  }
  const { createPostgresStore } = await import('../postgres.ts');
  return createPostgresStore({ connectionString: database });
}

async function busOf({ database, nats }: CommandOptions): Promise<Bus | undefined> {
  if (database === undefined) return undefined;
  if (nats === undefined) {
    const { createPostgresBus } = await import('../postgres.ts');
    return createPostgresBus({ connectionString: database });
  }
  try {
    const { createNatsBus } = await import('../nats.ts');
    return createNatsBus({ connection: { servers: nats } });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError('--nats needs a package: npm install @nats-io/transport-node.');
  }
}
