import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { afterEach, describe, expect, it, vi } from 'vitest';

const flows: InstantMessagingFlow[] = [];

afterEach(() => {
  for (const flow of flows.splice(0)) flow.terminate();
});

/** Three flows in one page stand for two tabs of Ana, which share a database, and one of Bo. */
function open(): { ana: () => InstantMessagingFlow; bo: InstantMessagingFlow; devices: () => number } {
  const name = crypto.randomUUID();
  const network = createLoopbackNetwork();
  const received = new Set<string>();
  network.onFrame(({ hop, kind, outcome, messageId }) => {
    if (hop === 'to-server' && kind === 'message' && outcome === 'delivered') {
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
  it('B95 tabs share a conversation: all show what one of them sends or receives, and it is sent once', async () => {
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
    await expect
      .poll(() => texts(bo).toSorted())
      .toEqual(['an answer delivered', 'from the first delivered', 'from the second delivered']);
  });

  it('B13 the other tabs continue when the leader is closed', async () => {
    const { ana, bo } = open();
    const [first, second] = [ana(), ana()];
    await expect.poll(() => second.store.getState().connection).toBe('online');
    await first.sendMessage('before').settled;
    first.terminate();
    await second.sendMessage('after').settled;
    expect(texts(second)).toEqual(['before delivered', 'after delivered']);
    await expect.poll(() => texts(bo)).toEqual(['before delivered', 'after delivered']);
  });

  it('B45 tabs share who is composing, and send composing as one user', async () => {
    const { ana, bo } = open();
    const [first, second] = [ana(), ana()];
    await expect.poll(() => second.store.getState().connection).toBe('online');
    second.setLocalComposingState('composing');
    await expect.poll(() => bo.store.getState().remoteComposingState).toBe('composing');
    bo.setLocalComposingState('composing');
    await expect.poll(() => second.store.getState().remoteComposingState).toBe('composing');
    expect(first.store.getState().remoteComposingState).toBe('composing');
  });

  it('B183 a tab takes the lead from a leader that does not respond', async () => {
    const { ana, bo } = open();
    const request = navigator.locks.request.bind(navigator.locks);
    const first = ana();
    await expect.poll(() => first.store.getState().connection).toBe('online');
    // A tab that hangs holds the lock and posts nothing.
    const key = (await navigator.locks.query()).held
      ?.map(({ name }) => name ?? '')
      .find((name) => name.includes('tabs'));
    await new Promise<void>((taken) => {
      void request(key ?? '', { steal: true }, () => {
        taken();
        return new Promise(() => undefined);
      }).catch(() => undefined);
    });
    expect(first.sendMessage('hello').id).toBeTypeOf('string');
    await expect.poll(() => texts(bo), { timeout: 15_000 }).toEqual(['hello delivered']);
    await expect.poll(() => texts(first)).toEqual(['hello delivered']);
  });

  it('B184 each tab leads alone in a frame whose locks are refused', async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.sandbox.add('allow-scripts');
    const refused = new Promise((resolve) => {
      addEventListener('message', ({ data, source }) => source === frame.contentWindow && resolve(data));
    });
    frame.srcdoc = `<script>navigator.locks.request('a', () => undefined).catch(({ name }) => parent.postMessage(name, '*'))</script>`;
    // The error of such a frame, which a page of the same origin cannot cause.
    expect(await refused).toBe('SecurityError');
    frame.remove();
    vi.spyOn(navigator.locks, 'request').mockRejectedValue(new DOMException('Refused.', 'SecurityError'));
    const { ana, bo } = open();
    const flow = ana();
    await flow.sendMessage('hello').settled;
    expect(texts(bo)).toEqual(['hello delivered']);
  });
});
