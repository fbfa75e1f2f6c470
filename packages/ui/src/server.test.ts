import { createInstantMessagingFlow } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { Announcer, Chat, Composer, MessageBody, MessageList } from '@imflow/ui';
import * as hooks from '@imflow/react';
import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup, renderToString } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { message } from '../fixtures/conversation.ts';

const { FlowProvider, useInstantMessagingFlow, useMessageOrder } = hooks;

describe('on a server', () => {
  it('B122 importing any package on a server needs no browser', async () => {
    for (const name of ['document', 'window', 'navigator', 'localStorage', 'indexedDB', 'ResizeObserver']) {
      expect(name === 'navigator' || !(name in globalThis), name).toBe(true);
    }
    const entries = ['@imflow/core', '@imflow/core/transports', '@imflow/core/storage', '@imflow/react', '@imflow/ui'];
    for (const entry of entries) expect(Object.keys(await import(/* @vite-ignore */ entry))).not.toEqual([]);
  });

  it('B122 a chat renders the same HTML on a server each time, without a connection and without warnings', () => {
    const consoleErrors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const transport = createLoopbackNetwork().connect('ana');
    const connect = vi.spyOn(transport, 'connect');
    const chat = (): string =>
      renderToString(createElement(FlowProvider, { transport, remote: 'bo' }, createElement(Chat, { name: 'Bo' })));
    const html = chat();
    expect(html).toContain('aria-label="Conversation with Bo"');
    expect(html).toContain('aria-label="Message Bo"');
    expect(html).toContain('role="status"');
    expect(chat()).toBe(html);
    expect(connect).not.toHaveBeenCalled();
    expect(consoleErrors).not.toHaveBeenCalled();
  });

  it('B122 parts render on a server with a flow of the application, also one with messages', () => {
    const flow = createInstantMessagingFlow({ transport: createLoopbackNetwork().connect('ana'), remote: 'bo' });
    flow.start();
    flow.sendMessage('hello');
    const parts = [MessageList, Composer, Announcer].map((part, key) =>
      createElement(part as () => ReactElement, { key }),
    );
    const page = createElement(FlowProvider, { flow }, parts);
    expect(renderToString(page)).toBe(renderToString(page));
    // When the client hydrates, it has not read any message either.
    const Count = (): string => String(useMessageOrder().length);
    const count = createElement(Count as unknown as () => ReactElement);
    expect(renderToString(createElement(FlowProvider, { flow }, count))).toBe('0');
    flow.terminate();
  });

  it('B122 B128 bodies render on a server as text, without a parser', () => {
    const shown = (contentType: string, body: string): string =>
      renderToStaticMarkup(createElement(MessageBody, { message: message(1, { contentType, body }) }));
    const html =
      '<style>b{}</style><p title="x">Hello <b>Ana</b> &amp; Bo</p><!-- <i> --><script>alert(1)</script><br>1 &lt; 2 <img src=x';
    expect(shown('text/html', html)).toBe('<span class="imflow-text">Hello Ana &amp; Bo\n\n1 &lt; 2</span>');
    expect(shown('text/html', '<'.repeat(1_000_000))).toMatch(
      /^<span class="imflow-text">(&lt;){5000}…<\/span><button/,
    );
    expect(shown('text/plain', '<b>')).toBe('&lt;b&gt;');
    expect(shown('image/png', 'x')).toBe(
      '<span class="imflow-file"><em>This message cannot be shown here (image/png).</em></span>',
    );
  });

  it('B122 the hook returns the first snapshot on a server', () => {
    const transport = createLoopbackNetwork().connect('ana');
    function Status(): string {
      const { state, connection, messages, unreadCount } = useInstantMessagingFlow({ transport, remote: 'bo' });
      return [state, connection, messages.length, unreadCount].join(' ');
    }
    expect(renderToString(createElement(Status as unknown as () => ReactElement))).toBe('idle offline 0 0');
  });
});
