import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { afterEach, describe, expect, it } from 'vitest';

const flows: InstantMessagingFlow[] = [];

afterEach(() => {
  for (const flow of flows.splice(0)) flow.terminate();
});

/** Three flows in one page stand for two tabs of Ana, which share a database, and one of Bo. */
function open(): { ana: () => InstantMessagingFlow; bo: InstantMessagingFlow; devices: () => number } {
  const name = crypto.randomUUID();
  const network = createLoopbackNetwork();
  const received = new Set<string>();
  network.onFrame(({ hop, kind, fate, messageId }) => {
    if (hop === 'to-server' && kind === 'message' && fate === 'delivered') {
      if (received.has(messageId ?? '')) throw new Error('sent twice');
      received.add(messageId ?? '');
    }
  });
  const start = (me: string, remote: string): InstantMessagingFlow => {
    const flow = createInstantMessagingFlow({
      transport: network.connect(me),
      remote,
      storage: createIndexedDbStorage({ name: `${name}-${me}` }),
      tabs: createWebLocksTabCoordinator({ name }),
    });
    flows.push(flow);
    flow.start();
    return flow;
  };
  const connected = (): number => flows.filter((flow) => flow.store.getState().connection === 'online').length;
  return { ana: () => start('ana', 'bo'), bo: start('bo', 'ana'), devices: connected };
}

function texts(flow: InstantMessagingFlow): string[] {
  return Array.from(flow.messages.order, (id) => {
    const record = flow.messages.get(id);
    return `${record?.body} ${record?.status}`;
  });
}

describe('tabs of one user', () => {
  it('B95 share a conversation: what one sends or gets, the other shows, and it is sent once', async () => {
    const { ana, bo } = open();
    const [first, second] = [ana(), ana()];
    await expect.poll(() => second.store.getState().connection).toBe('online');
    const sent = [first.sendMessage('from the first'), second.sendMessage('from the second')];
    expect(await Promise.all(sent.map(({ settled }) => settled))).toMatchObject([
      { status: 'delivered' },
      { status: 'delivered' },
    ]);
    bo.sendMessage('an answer');
    await expect.poll(() => texts(second)).toHaveLength(3);
    await expect.poll(() => texts(second)).toEqual(texts(first));
    expect(texts(bo).toSorted()).toEqual([
      'an answer delivered',
      'from the first delivered',
      'from the second delivered',
    ]);
  });

  it('B13 go on when the one that speaks is gone', async () => {
    const { ana, bo } = open();
    const [first, second] = [ana(), ana()];
    await expect.poll(() => second.store.getState().connection).toBe('online');
    await first.sendMessage('before').settled;
    first.terminate();
    await second.sendMessage('after').settled;
    expect(texts(second)).toEqual(['before delivered', 'after delivered']);
    await expect.poll(() => texts(bo)).toEqual(['before delivered', 'after delivered']);
  });

  it('B45 tell each other who composes, and compose as one', async () => {
    const { ana, bo } = open();
    const [first, second] = [ana(), ana()];
    await expect.poll(() => second.store.getState().connection).toBe('online');
    second.setLocalComposingState('composing');
    await expect.poll(() => bo.store.getState().remoteComposingState).toBe('composing');
    bo.setLocalComposingState('composing');
    await expect.poll(() => second.store.getState().remoteComposingState).toBe('composing');
    expect(first.store.getState().remoteComposingState).toBe('composing');
  });
});
