import type { MessageRecord } from '@imflow/core';
import { useMessage } from '@imflow/react';
import { type ReactElement, useEffect } from 'react';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { message } from '../../fixtures/conversation.ts';
import { createConversations } from '../../fixtures/conversations.ts';
import { article, nextFrames, show } from '../../fixtures/render.tsx';
import { RowBoundary } from './RowBoundary.tsx';
import {
  Chat,
  ConversationList,
  defaultTranslations,
  type ConversationRow,
  MessageList,
  type MessageRendererProps,
  type Translations,
} from '../index.ts';

/** Translations of an application that throw. */
const fails = (): never => {
  throw new Error('No words');
};
const BROKEN: Partial<Translations> = {
  unsupported: fails,
  typing: fails,
  said: fails,
  conversation: fails,
  newMessages: fails,
  announce: { ...defaultTranslations.announce, messages: fails, message: fails },
};
const Broken = (): ReactElement => {
  throw new Error('Broken');
};
const strange = { contentType: 'application/x-strange', body: '{}' };

async function list(
  stored: Readonly<Record<string, readonly MessageRecord[]>>,
  children?: (row: ConversationRow) => ReactElement,
) {
  const conversations = createConversations(stored);
  conversations.start();
  onTestFinished(() => conversations.end());
  const selected = vi.fn();
  const { container } = await render(
    <ConversationList flows={conversations.flows} onSelect={selected} {...(children && { children })} />,
  );
  await expect.poll(() => container.querySelectorAll('[role="option"]').length).toBe(Object.keys(stored).length);
  return { ...conversations, container, selected };
}

beforeEach(() => {
  // React reports each error that a boundary catches, and the kit reports those of translations.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
  return () => void vi.restoreAllMocks();
});

describe('application code that throws', () => {
  it('B306 a row of the list of conversations that throws is replaced by its name, and still opens', async () => {
    const { container, flows, selected } = await list({ bo: [message(1)], cy: [message(2)] }, (row) =>
      row.flow.remote === 'bo' ? <Broken /> : <ConversationList.Item {...row} />,
    );
    const rows = Array.from(container.querySelectorAll<HTMLElement>('[role="option"]'));
    const failed = rows.find((row) => row.textContent.includes('bo'))!;
    expect(rows.find((row) => row.textContent.includes('cy'))!.textContent).toContain(message(2).body);
    await userEvent.click(failed);
    expect(selected).toHaveBeenCalledWith(flows.find(({ remote }) => remote === 'bo'));
  });

  it('B306 a function that renders a row and throws affects only that row, until its message changes', async () => {
    let isBroken = true;
    const { container, peer } = await list({ bo: [message(1)], cy: [message(2)] }, (row) => {
      if (isBroken && row.flow.remote === 'bo') throw new Error('Broken');
      return <ConversationList.Item {...row} />;
    });
    await expect.poll(() => container.textContent).toContain(message(2).body);
    expect(container.textContent).not.toContain(message(1).body);
    isBroken = false;
    peer('bo').sendMessage('Better now');
    await expect.poll(() => container.textContent).toContain('Better now');
  });

  it('B306 a function that renders a message and throws is replaced by a sentence, until the message changes', async () => {
    let isBroken = true;
    function Row({ id }: { readonly id: string }): ReactElement {
      return <p>{useMessage(id)?.body}</p>;
    }
    const { Root, Viewport, Items } = MessageList;
    const { bo, log } = await show({
      children: (
        <Root>
          <Viewport>
            <Items>
              {(row) => {
                if (isBroken && row.previous === undefined) throw new Error('Broken');
                return <Row id={row.id} />;
              }}
            </Items>
          </Viewport>
        </Root>
      ),
    });
    const { id } = bo.sendMessage('One');
    await expect.poll(() => log.textContent).toContain('This message cannot be shown here');
    bo.sendMessage('Two');
    await expect.poll(() => log.textContent).toContain('Two');
    isBroken = false;
    bo.editMessage(id, 'One, mended');
    await expect.poll(() => log.textContent).toContain('One, mended');
  });

  it('B306 translations that throw do not stop previews, quotes, the banner, the toolbar and announcements', async () => {
    const strangeMessage = message(1, strange);
    const { container, peer } = await list({ bo: [strangeMessage] }, (row) => <ConversationList.Item {...row} />);
    peer('bo').sendMessage('{}', { contentType: strange.contentType });
    await expect.poll(() => container.textContent).toContain('bo');

    const shown = await show({ children: <Chat translations={BROKEN} /> });
    const { ana, bo, log } = shown;
    const { id } = bo.sendMessage('{}', { contentType: strange.contentType });
    await expect.poll(() => ana.messages.get(id)).toBeDefined();
    bo.sendMessage('An answer', { replyTo: id });
    await expect.poll(() => log.textContent).toContain('An answer');
    expect(article(log, 'An answer').querySelector('.imflow-quote')).not.toBeNull();
    const said = (): string => shown.screen.container.querySelector('[aria-live="polite"]')!.textContent;
    await expect.poll(said, { timeout: 5_000 }).toMatch(/An answer|2 new/);
    bo.setLocalComposingState('composing');
    await expect.poll(() => shown.screen.container.querySelector('.imflow-typing')!.textContent).toContain('typing');
    await userEvent.hover(article(log, 'An answer').querySelector('.imflow-bubble')!);
    await expect.element(page.getByRole('toolbar')).toBeVisible();
    await page.getByRole('toolbar').getByRole('button', { name: 'Reply' }).click();
    await expect.poll(() => shown.screen.container.querySelector('.imflow-target')).not.toBeNull();
    expect(log.isConnected).toBe(true);
  });

  it('B306 a row whose effects throw, and whose substitute throws too, stays empty without endless attempts', async () => {
    const tries = vi.fn();
    function Failing(): ReactElement {
      useEffect(() => {
        tries();
        throw new Error('Broken');
      }, []);
      return <p>Failing</p>;
    }
    const { Root, Viewport, Items, Item } = MessageList;
    const { bo, log } = await show({
      strict: false,
      children: (
        <Root>
          <Viewport>
            <Items>{(row) => (row.previous === undefined ? <Failing /> : <Item {...row} />)}</Items>
          </Viewport>
        </Root>
      ),
    });
    bo.sendMessage('One');
    await expect.poll(() => log.textContent).toContain('This message cannot be shown here');
    bo.sendMessage('Two');
    await expect.poll(() => log.textContent).toContain('Two');
    await nextFrames(10);
    expect(tries.mock.calls.length).toBeLessThan(10);
    const { container } = await render(
      <RowBoundary substitute={<Broken />}>
        <Broken />
      </RowBoundary>,
      { wrapper: ({ children }) => <main>{children}</main> },
    );
    expect(container.innerHTML).toBe('<main></main>');
  });

  it('B306 an action or a picker of the application that throws removes only the toolbar of that message', async () => {
    const isAvailable = ({ message: { body } }: { readonly message: MessageRecord }): boolean => {
      if (body === 'One') throw new Error('Broken');
      return true;
    };
    const { bo, log } = await show({
      children: (
        <Chat
          messageActions={['react', { id: 'mine', label: 'Mine', isAvailable, run: () => {} }]}
          emojiPicker={Broken}
        />
      ),
    });
    bo.sendMessage('One');
    bo.sendMessage('Two');
    await expect.poll(() => log.textContent).toContain('Two');
    // The pointer of an earlier test may show a toolbar over this message.
    article(log, 'One').dispatchEvent(new PointerEvent('pointerover', { bubbles: true, pointerType: 'mouse' }));
    await nextFrames(3);
    await userEvent.hover(article(log, 'Two').querySelector('.imflow-bubble')!);
    await page.getByRole('toolbar').getByRole('button', { name: 'React' }).click();
    await expect.poll(() => document.querySelector('[role="toolbar"]')).toBeNull();
    expect(article(log, 'Two').isConnected).toBe(true);
  });

  it('B306 a renderer that throws for one text of a message is tried again for the next text', async () => {
    const Fussy = ({ message: { body } }: MessageRendererProps): ReactElement => {
      if (body === 'bad') throw new Error('Broken');
      return <b>{body}</b>;
    };
    const { bo, log } = await show({ children: <Chat renderers={{ 'text/plain': Fussy }} /> });
    const { id } = bo.sendMessage('bad');
    await expect.poll(() => log.textContent).toContain('This message cannot be shown here');
    bo.editMessage(id, 'good');
    await expect.poll(() => log.querySelector('b')?.textContent).toBe('good');
  });
});
