import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Channel, ChannelEvent, OutgoingMessage, Transport } from '../../ports/transport.ts';
import { createBroadcastChannelTransport } from './broadcastChannelTransport.ts';

interface Tab {
  readonly transport: Transport;
  readonly channel: Channel;
  readonly events: ChannelEvent[];
}

const open: Transport[] = [];

/** Channels of one page reach each other as those of two tabs do. */
function tab(address: string, remote: string, name: string, page: EventTarget = new EventTarget()): Tab {
  const transport = createBroadcastChannelTransport({ address, name, page });
  const events: ChannelEvent[] = [];
  const channel = transport.openChannel(remote, (event) => {
    events.push(event);
    // As an engine without a storage does.
    if (event.type === 'message') channel.acknowledge?.(event.message.messageId);
  });
  transport.connect();
  open.push(transport);
  return { transport, channel, events };
}

const message: OutgoingMessage = {
  messageId: 'm1',
  contentType: 'text/plain',
  body: 'hello 👋',
  sentAt: 5,
  attempt: 1,
  frameSequence: { session: 's', sequence: 1 },
};

const available = { type: 'participant', address: 'bo', change: 'available' };
const unavailable = { type: 'participant', address: 'bo', change: 'unavailable' };

afterEach(() => {
  for (const transport of open.splice(0)) transport.disconnect();
});

describe('on real broadcast channels', () => {
  it('a message is confirmed by the participant’s tab, and echoed to the sender’s other tab', async () => {
    const ana = tab('ana', 'bo', 'exchange');
    const second = tab('ana', 'bo', 'exchange');
    const bo = tab('bo', 'ana', 'exchange');
    await expect(ana.channel.send(message)).resolves.toEqual({ outcome: 'accepted' });
    expect(bo.events).toContainEqual(
      expect.objectContaining({ message: expect.objectContaining({ sender: 'ana', body: 'hello 👋' }) as unknown }),
    );
    await vi.waitFor(() =>
      expect(second.events).toContainEqual(
        expect.objectContaining({ message: expect.objectContaining({ sender: 'ana', messageId: 'm1' }) as unknown }),
      ),
    );
    expect(ana.events).toContainEqual(available);
  });

  it('channels of a different name receive nothing', async () => {
    const ana = tab('ana', 'bo', 'one');
    const stranger = tab('bo', 'ana', 'two');
    const bo = tab('bo', 'ana', 'one');
    await ana.channel.send(message);
    expect(bo.events.some((event) => event.type === 'message')).toBe(true);
    expect(stranger.events).toEqual([]);
  });

  it('a hidden page announces that it leaves, and a page that is shown again announces itself', async () => {
    const page = new EventTarget();
    const ana = tab('ana', 'bo', 'pages');
    tab('bo', 'ana', 'pages', page);
    await vi.waitFor(() => expect(ana.events).toEqual([available]));
    page.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    await vi.waitFor(() => expect(ana.events).toEqual([available, unavailable]));
    page.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await vi.waitFor(() => expect(ana.events).toEqual([available, unavailable, available]));
  });

  it('the transport listens to the window only while it is connected', () => {
    const add = vi.spyOn(window, 'addEventListener');
    const remove = vi.spyOn(window, 'removeEventListener');
    const transport = createBroadcastChannelTransport({ address: 'ana', name: 'window' });
    expect(add).not.toHaveBeenCalled();
    transport.connect();
    expect(add.mock.calls.map(([type]) => type)).toEqual(['pagehide', 'pageshow']);
    transport.disconnect();
    expect(remove.mock.calls.map(([type]) => type)).toEqual(['pagehide', 'pageshow']);
  });

  it('a foreign message on the channel causes a diagnostic', async () => {
    const ana = tab('ana', 'bo', 'noise');
    const noise = new BroadcastChannel('noise');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel takes none
    noise.postMessage({ from: 'another application' });
    await vi.waitFor(() => expect(ana.events).toHaveLength(1));
    expect(ana.events[0]).toMatchObject({ type: 'diagnostic', code: 'unknown-frame' });
    noise.close();
  });
});
