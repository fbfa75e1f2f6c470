import { type Bus, type ChatServer, createChatServer, createMemoryStore, type Store } from '@imflow/server';
import { createNatsBus } from '@imflow/server/nats';
import { createPgliteStore } from '@imflow/server/pglite';
import { createPostgresBus, createPostgresStore } from '@imflow/server/postgres';

/** Where the demo keeps its messages. */
export interface DemoStore {
  /** A folder, for PGlite. */
  readonly folder?: string | undefined;
  /** An address of a PostgreSQL database. */
  readonly database?: string | undefined;
  /** An address of a NATS server, which joins several processes on one database. Default: the database joins them. */
  readonly nats?: string | undefined;
}

/** Names as all who mean the same person write them. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,64}$/u;

/**
 * A chat server for demos. It accepts every name without a password. Without a place, messages end with the process.
 */
export function createDemoChat(place: DemoStore = {}): ChatServer {
  return createChatServer({
    store: storeOf(place),
    ...busOf(place),
    authenticate({ token }) {
      const name = token.trim().normalize('NFC').toLowerCase();
      return NAME.test(name) ? name : undefined;
    },
  });
}

function busOf({ database, nats }: DemoStore): { bus?: Bus } {
  if (database === undefined) return {};
  const connection = { servers: nats ?? '' };
  return {
    bus: nats === undefined ? createPostgresBus({ connectionString: database }) : createNatsBus({ connection }),
  };
}

function storeOf({ folder, database }: DemoStore): Store {
  if (database !== undefined) return createPostgresStore({ connectionString: database });
  return folder === undefined ? createMemoryStore() : createPgliteStore({ folder });
}
