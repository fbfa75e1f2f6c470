import { createInstantMessagingFlow, type InstantMessagingFlow, type TabCoordinator } from '@imflow/core';
import { createFakeTabs, createFakeTransport, type FakeTransport } from '@imflow/testing';
import { act, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  notificationAccess,
  requestNotificationAccess,
  showSystemNotification,
  useNotifications,
  useUnreadTitle,
} from './index.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Whether the user looks at the page. */
function setAttentive(attentive: boolean): void {
  vi.spyOn(document, 'hasFocus').mockReturnValue(attentive);
  window.dispatchEvent(new Event(attentive ? 'focus' : 'blur'));
}

/** A fake of the Web Locks of one browser: a list of the held names, one for each holder. */
function stubLocks(): { held: string[] } {
  const locks: { held: string[] } = { held: [] };
  vi.stubGlobal('navigator', {
    locks: {
      query: () => Promise.resolve({ held: locks.held.map((name) => ({ name })) }),
      async request(name: string, _options: object, callback: () => Promise<void>) {
        locks.held.push(name);
        await callback();
        locks.held.splice(locks.held.indexOf(name), 1);
      },
    },
  });
  return locks;
}

function start(transport: FakeTransport, tabs?: TabCoordinator): InstantMessagingFlow {
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', ...(tabs && { tabs }) });
  flow.start();
  onTestFinished(() => flow.terminate());
  return flow;
}

async function receive(transport: FakeTransport, messageId: string): Promise<void> {
  await act(async () => {
    const message = { messageId, sender: 'bo', contentType: 'text/plain', body: messageId };
    transport.push({ type: 'message', message });
    await new Promise((resolve) => setTimeout(resolve));
  });
}

describe('notifications of messages', () => {
  it('B336 notifications show messages received while the user looks elsewhere, once, and no earlier messages', async () => {
    stubLocks();
    setAttentive(false);
    const transport = createFakeTransport();
    const flow = start(transport);
    await receive(transport, 'm1');
    const shown: string[] = [];
    const { unmount } = renderHook(() => useNotifications(flow, { show: ({ id }) => shown.push(id) }), {
      wrapper: StrictMode,
    });
    await receive(transport, 'm2');
    setAttentive(true);
    await receive(transport, 'm3');
    setAttentive(false);
    // The lock of the tab is released in a later task.
    await act(() => new Promise((resolve) => setTimeout(resolve)));
    await receive(transport, 'm4');
    unmount();
    await receive(transport, 'm5');
    expect(shown).toEqual(['m2', 'm4']);
  });

  it('B336 only the leader tab notifies, and no tab while the user looks at one of them', async () => {
    const locks = stubLocks();
    setAttentive(false);
    const [transport, tabs] = [createFakeTransport(), createFakeTabs()];
    const shown: string[] = [];
    for (const name of ['leader', 'follower']) {
      const flow = start(transport, tabs);
      await act(() => Promise.resolve());
      renderHook(() => useNotifications(flow, { show: ({ id }) => shown.push(`${name} ${id}`) }));
    }
    await receive(transport, 'm1');
    expect(shown).toEqual(['leader m1']);
    locks.held.push('imflow:attention:ana');
    await receive(transport, 'm2');
    expect(shown).toEqual(['leader m1']);
  });

  it('B336 other tabs withhold notifications for as long as the user looks at this one', async () => {
    const locks = stubLocks();
    setAttentive(true);
    const flow = start(createFakeTransport());
    const { unmount } = renderHook(() => useNotifications([flow], { show: () => {} }));
    expect(locks.held).toEqual(['imflow:attention:ana']);
    setAttentive(false);
    await act(() => Promise.resolve());
    expect(locks.held).toEqual([]);
    setAttentive(true);
    unmount();
    await act(() => Promise.resolve());
    expect(locks.held).toEqual([]);
  });

  it('B337 notifications are not shown where the user or the browser refuses, and nothing throws', async () => {
    vi.stubGlobal('Notification', undefined);
    expect([notificationAccess(), await requestNotificationAccess()]).toEqual(['unsupported', 'unsupported']);
    expect(showSystemNotification({ title: 'Bo' })).toBe(false);
    const refusing = Object.assign(
      vi.fn(() => {
        throw new TypeError('Illegal constructor.');
      }),
      { permission: 'denied', requestPermission: () => Promise.reject(new Error('By policy.')) },
    );
    vi.stubGlobal('Notification', refusing);
    expect(await requestNotificationAccess()).toBe('denied');
    expect(showSystemNotification({ title: 'Bo' })).toBe(false);
    expect(refusing).not.toHaveBeenCalled();
    refusing.permission = 'granted';
    expect(showSystemNotification({ title: 'Bo' })).toBe(false);
  });
});

describe('the title with the unread count', () => {
  it('B338 the title counts the messages of all conversations, and has no number once they are read', async () => {
    const [one, two] = [createFakeTransport(), createFakeTransport()];
    const flows = [start(one), start(two)];
    const { rerender, unmount } = renderHook(({ title }) => useUnreadTitle(flows, title), {
      initialProps: { title: 'Chats' },
    });
    expect(document.title).toBe('Chats');
    await receive(one, 'm1');
    await receive(two, 'm2');
    expect(document.title).toBe('(2) Chats');
    act(() => flows[1]!.markUnread());
    rerender({ title: 'Bo' });
    expect(document.title).toBe('(2) Bo');
    for (let index = 0; index < 100; index += 1) await receive(one, `n${index}`);
    expect(document.title).toBe('(99+) Bo');
    unmount();
    expect(document.title).toBe('Bo');
  });

  it('B338 the application can format the title, and a server does not set it', () => {
    const flow = start(createFakeTransport());
    flow.markUnread();
    document.title = 'before';
    const Title = (): ReactNode => useUnreadTitle(flow, 'Chats');
    expect(renderToString(<Title />)).toBe('0');
    expect(document.title).toBe('before');
    renderHook(() => useUnreadTitle(flow, 'Chats', { format: (count, title) => `${title}: ${count}` }));
    expect(document.title).toBe('Chats: 1');
  });
});
