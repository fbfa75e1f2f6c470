import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { deleteDB, openDB } from 'idb';
import { afterEach, describe, expect, it } from 'vitest';

/** Occurs in every text that is retracted. */
const SECRET = 'xyzzy';

const flows = new Set<InstantMessagingFlow>();
const databases = new Set<string>();

afterEach(async () => {
  for (const flow of flows) flow.terminate();
  flows.clear();
  await Promise.all(Array.from(databases, (name) => deleteDB(name)));
  databases.clear();
});

/** Everything that a database holds, as text. */
async function dump(name: string): Promise<string> {
  const database = await openDB(name);
  try {
    const stores = Array.from(database.objectStoreNames);
    const rows = await Promise.all(stores.map((store) => database.getAll(store)));
    return JSON.stringify(rows);
  } finally {
    database.close();
  }
}

function recordsOf(flow: InstantMessagingFlow): string {
  return JSON.stringify(Array.from(flow.messages.order, (id) => flow.messages.get(id)));
}

/** Two users over one network, each with a database; `open` opens one more tab of a user. */
function createPages(): {
  readonly network: ReturnType<typeof createLoopbackNetwork>;
  readonly open: (me: 'ana' | 'bo') => InstantMessagingFlow;
  readonly databaseOf: (me: 'ana' | 'bo') => string;
} {
  const name = crypto.randomUUID();
  const network = createLoopbackNetwork();
  const databaseOf = (me: 'ana' | 'bo'): string => `${name}-${me}`;
  return {
    network,
    databaseOf,
    open(me) {
      databases.add(databaseOf(me));
      const flow = createInstantMessagingFlow({
        transport: network.connect(me),
        remote: me === 'ana' ? 'bo' : 'ana',
        storage: createIndexedDbStorage({ name: databaseOf(me) }),
        tabs: createWebLocksTabCoordinator({ name }),
      });
      flows.add(flow);
      flow.start();
      return flow;
    },
  };
}

async function bodies(flow: InstantMessagingFlow, expected: readonly string[]): Promise<void> {
  await expect.poll(() => Array.from(flow.messages.order, (id) => flow.messages.get(id)?.body)).toEqual(expected);
}

describe('a retracted text', () => {
  it('B137 B147 a retracted text is gone from every tab, the outbox and both databases, with its edits and quotes', async () => {
    const { network, open, databaseOf } = createPages();
    const [first, second, bo] = [open('ana'), open('ana'), open('bo')];
    await expect.poll(() => second.store.getState().connection).toBe('online');
    const { id, settled } = first.sendMessage(`${SECRET} one`);
    await settled;
    await bodies(bo, [`${SECRET} one`]);
    await bo.sendMessage('what?', { replyTo: id }).settled;
    await bodies(second, [`${SECRET} one`, 'what?']);
    await first.editMessage(id, `${SECRET} two`).settled;
    await bodies(bo, [`${SECRET} two`, 'what?']);
    network.setOnline('ana', false);
    first.editMessage(id, `${SECRET} three`);
    await bodies(second, [`${SECRET} three`, 'what?']);
    await expect.poll(() => dump(databaseOf('ana'))).toContain(`${SECRET} three`);
    second.retractMessage(id);
    await bodies(first, ['', 'what?']);
    await bodies(second, ['', 'what?']);
    for (const tab of [first, second]) expect(recordsOf(tab)).not.toContain(SECRET);
    await expect.poll(() => dump(databaseOf('ana'))).not.toContain(SECRET);
    network.setOnline('ana', true);
    await bodies(bo, ['', 'what?']);
    expect(recordsOf(bo)).not.toContain(SECRET);
    await expect.poll(() => dump(databaseOf('bo'))).not.toContain(SECRET);
  });
});
