import type { InstantMessagingFlow } from '@imflow/core';
import type { ReactElement } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, nextFrames, show, type Shown } from '../../fixtures/render.tsx';
import { Chat, type MessageAction, MessageList } from '../index.ts';

const toolbar = () => page.getByRole('toolbar', { name: 'Message actions' });
const action = (name: string) => toolbar().getByRole('button', { name, exact: true });
const box = ({ screen }: Shown): HTMLTextAreaElement => screen.container.querySelector('textarea')!;
const labels = (): (string | null)[] =>
  Array.from(toolbar().element().querySelectorAll('button'), (each) => each.getAttribute('aria-label'));

/** Sends a message and waits until the other side has it, and the row is there. */
async function deliver(shown: Shown, from: InstantMessagingFlow, body: string): Promise<string> {
  const { id } = from.sendMessage(body);
  const to = from === shown.ana ? shown.bo : shown.ana;
  await expect.poll(() => to.messages.get(id)?.body).toBe(body);
  await expect.poll(() => from.messages.get(id)?.status).toMatch(/delivered|displayed/);
  await expect.poll(() => shown.log.textContent).toContain(body);
  return id;
}

/** Focuses a message and opens its actions by keyboard. */
async function openByKey(row: HTMLElement, key = '{Shift>}{F10}{/Shift}'): Promise<void> {
  row.focus();
  await userEvent.keyboard(key);
  await expect.element(toolbar()).toBeVisible();
}

describe('the actions of a message', () => {
  it('B248 the actions appear under the pointer, in one message at a time, and move nothing', async () => {
    const shown = await show({ stored: Array.from({ length: 30 }, (_, index) => message(index + 1)), strict: false });
    const { log } = shown;
    const places = () => articles(log).map((each) => each.getBoundingClientRect().top);
    await nextFrames(10);
    const [before, height] = [places(), log.scrollHeight];
    for (const row of articles(log).slice(-3)) {
      await userEvent.hover(row.querySelector('.imflow-bubble')!);
      await expect.poll(() => row.querySelector('[role="toolbar"]')).not.toBeNull();
      expect(log.querySelectorAll('[role="toolbar"]').length).toBe(1);
      expect([places(), log.scrollHeight]).toEqual([before, height]);
    }
    await userEvent.hover(shown.screen.getByRole('textbox'));
    await expect.element(toolbar()).not.toBeInTheDocument();
  });

  it('B250 the actions cause no render of a row, and add no element to a message', async () => {
    const rows: unknown[] = [];
    const render = (props: object): ReactElement => {
      rows.push((props as Record<string, unknown>)['data-message']);
      return <article {...props} />;
    };
    const shown = await show({
      strict: false,
      stored: [message(1), message(2), message(3)],
      children: (
        <>
          <MessageList.Root>
            <MessageList.Viewport>
              <MessageList.Items>{(row) => <MessageList.Item {...row} render={render} />}</MessageList.Items>
              <MessageList.Actions />
            </MessageList.Viewport>
          </MessageList.Root>
          <button type="button">Elsewhere</button>
        </>
      ),
    });
    await nextFrames(10);
    const elements = shown.log.querySelectorAll('*').length;
    rows.length = 0;
    for (const row of articles(shown.log)) await userEvent.hover(row.querySelector('.imflow-bubble')!);
    await expect.element(toolbar()).toBeVisible();
    await openByKey(articles(shown.log)[0]!);
    await userEvent.keyboard('{ArrowRight}{Escape}');
    expect(rows).toEqual([]);
    await shown.screen.getByRole('button', { name: 'Elsewhere' }).click();
    await expect.element(toolbar()).not.toBeInTheDocument();
    expect(shown.log.querySelectorAll('*').length).toBe(elements);
  });

  it('B249 only actions that the devices of the participant support are offered, even if the transport supports more', async () => {
    const shown = await show({ stored: [message(1)] });
    vi.spyOn(shown.ana, 'operations', 'get').mockReturnValue({ reply: true });
    await deliver(shown, shown.ana, 'Mine');
    await openByKey(article(shown.log, 'Mine'));
    expect(labels()).toEqual(['Reply', 'Copy', 'Message details']);
  });

  it('B248 ContextMenu and Shift+F10 open the actions; arrows move in them, and Escape returns to the message', async () => {
    const shown = await show({ stored: [message(1)] });
    await deliver(shown, shown.ana, 'Mine');
    const row = article(shown.log, 'Mine');
    for (const key of ['{Shift>}{F10}{/Shift}', '{ContextMenu}']) {
      await openByKey(row, key);
      await expect.element(action('Reply')).toHaveFocus();
      await userEvent.keyboard('{ArrowRight}');
      await expect.element(action('React')).toHaveFocus();
      await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
      await expect.element(action('Message details')).toHaveFocus();
      await userEvent.keyboard('{Home}');
      await expect.element(action('Reply')).toHaveFocus();
      await userEvent.keyboard('{Escape}');
      expect(document.activeElement).toBe(row);
    }
  });

  it('B248 the actions are one stop of the Tab key after the content of the message, and the list is one stop from outside', async () => {
    const shown = await show({
      stored: Array.from({ length: 30 }, (_, index) =>
        message(index + 1, { body: `See https://example.org/${index}` }),
      ),
    });
    box(shown).focus();
    await userEvent.tab({ shift: true });
    expect(document.activeElement).toBe(shown.log);
    await userEvent.keyboard('{End}');
    await expect.element(toolbar()).toBeVisible();
    await userEvent.tab();
    expect(document.activeElement?.localName).toBe('a');
    await userEvent.tab();
    await expect.element(action('Reply')).toHaveFocus();
    await userEvent.tab();
    expect(document.activeElement).toBe(box(shown));
  });

  it('B248 each message has a button for its actions where the main pointer is a finger', async () => {
    const { matchMedia } = window;
    vi.spyOn(window, 'matchMedia').mockImplementation((query) =>
      query === '(pointer: coarse)' ? ({ matches: true } as MediaQueryList) : matchMedia.call(window, query),
    );
    onTestFinished(() => void vi.restoreAllMocks());
    const shown = await show({ stored: [message(1), message(2)] });
    const buttons = shown.screen.getByRole('button', { name: 'Message actions' });
    await expect.poll(() => buttons.elements().length).toBe(2);
    await buttons.last().click();
    await expect.element(action('Reply')).toHaveFocus();
  });

  it('B249 the offered actions are those that the network carries and the message allows, in the order of the application', async () => {
    const shown = await show({ stored: [message(1)] });
    await deliver(shown, shown.ana, 'Mine');
    await openByKey(article(shown.log, 'Mine'));
    expect(labels()).toEqual(['Reply', 'React', 'Edit', 'Copy', 'Delete', 'Message details']);
    await openByKey(article(shown.log, 'Message 1'));
    expect(labels()).toEqual(['Reply', 'React', 'Copy', 'Message details']);
    shown.ana.retractMessage(shown.ana.messages.order.at(-1)!);
    await expect.poll(() => shown.log.textContent).toContain('You deleted this message');
    await openByKey(article(shown.log, 'You deleted'));
    expect(labels()).toEqual(['Message details']);
  });

  it('B249 the application adds, removes and orders actions', async () => {
    const pinned: string[] = [];
    const pin: MessageAction = {
      id: 'pin',
      label: 'Pin',
      isAvailable: ({ message: { direction } }) => direction === 'incoming',
      run: ({ message: { id } }) => void pinned.push(id),
    };
    const shown = await show({ stored: [message(1)], children: <Chat messageActions={[pin, 'copy']} /> });
    await openByKey(article(shown.log, 'Message 1'));
    expect(toolbar().element().textContent).toBe('Pin');
    await userEvent.keyboard('{Enter}');
    expect(pinned).toEqual(['m1']);
    await expect.element(toolbar()).not.toBeInTheDocument();
  });

  it('B249 without operations, only the actions that need none are offered', async () => {
    const shown = await show({ stored: [message(1)], capabilities: { operations: {} } });
    await openByKey(article(shown.log, 'Message 1'));
    expect(labels()).toEqual(['Copy', 'Message details']);
  });

  it('B249 React offers six emojis, and removes one that was given', async () => {
    const shown = await show({ stored: [message(1)] });
    const id = await deliver(shown, shown.bo, 'Tea?');
    await openByKey(article(shown.log, 'Tea?'));
    await action('React').click();
    await expect.element(action('👍')).toHaveFocus();
    await userEvent.keyboard('{ArrowRight}{Enter}');
    await expect.poll(() => shown.bo.messages.get(id)?.reactions?.[0]?.emojis).toEqual(['❤️']);
    await expect.element(shown.screen.getByRole('button', { name: '❤️, you' })).toBeVisible();
    expect(document.activeElement).toBe(article(shown.log, 'Tea?'));
  });

  it('B254 Copy puts the text into the clipboard and announces it', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    onTestFinished(() => write.mockRestore());
    const shown = await show({ stored: [message(1, { body: '<b>Hello</b> there', contentType: 'text/html' })] });
    await openByKey(articles(shown.log)[0]!);
    await action('Copy').click();
    expect(write).toHaveBeenCalledWith('Hello there');
    await expect.poll(() => shown.screen.container.textContent).toContain('Copied');
  });
});

describe('Delete', () => {
  it('B242 the focus moves on when the confirmation of a deletion closes, also where its row was removed', async () => {
    const shown = await show({ stored: Array.from({ length: 60 }, (_, index) => message(index + 1)) });
    const id = await deliver(shown, shown.ana, 'Mine');
    const question = page.getByRole('alertdialog');
    await openByKey(article(shown.log, 'Mine'));
    await action('Delete').click();
    await expect.element(question).toBeVisible();
    shown.log.scrollTop = 0;
    await expect.poll(() => shown.log.querySelector(`[data-message="${id}"]`)).toBeNull();
    await userEvent.keyboard('{Escape}');
    await expect.element(question).not.toBeInTheDocument();
    expect(document.activeElement).toBe(box(shown));
  });

  it('B253 Delete asks for confirmation where the participant has the message; then its place shows that it was deleted', async () => {
    const shown = await show({ stored: [message(1)] });
    const id = await deliver(shown, shown.ana, 'a slip');
    await openByKey(article(shown.log, 'a slip'));
    await action('Delete').click();
    const question = page.getByRole('alertdialog', { name: 'Delete this message?' });
    await expect.element(question.getByRole('button', { name: 'Cancel' })).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await expect.element(question).not.toBeInTheDocument();
    expect(document.activeElement).toBe(article(shown.log, 'a slip'));
    expect(shown.ana.messages.get(id)?.retracted).toBeUndefined();

    await openByKey(article(shown.log, 'a slip'));
    await action('Delete').click();
    await question.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => shown.bo.messages.get(id)?.retracted).toBeDefined();
    await expect.poll(() => shown.log.textContent).toContain('You deleted this message');
    expect(document.activeElement).toBe(article(shown.log, 'You deleted'));
    expect(shown.screen.container.textContent).not.toContain('a slip');
  });

  it('B253 Delete of a failed message asks nothing, and returns its text to an empty composer', async () => {
    const failed = { direction: 'outgoing', status: 'failed', code: 403, retryable: false } as const;
    const shown = await show({
      stored: [message(1, { ...failed, body: 'One' }), message(2, { ...failed, body: 'Two' })],
    });
    article(shown.log, 'One').querySelector<HTMLElement>('.imflow-failure > .imflow-button:last-child')!.click();
    await expect.poll(() => box(shown).value).toBe('One');
    await shown.screen.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => articles(shown.log).length).toBe(0);
    expect(box(shown).value).toBe('One');
  });

  it('B253 Delete of a message that has not left asks nothing', async () => {
    const shown = await show({ stored: [message(1)] });
    shown.network.setOnline('ana', false);
    shown.ana.sendMessage('a slip');
    await expect.poll(() => shown.log.textContent).toContain('a slip');
    await openByKey(article(shown.log, 'a slip'));
    expect(labels()).not.toContain('React');
    await action('Delete').click();
    await expect.poll(() => articles(shown.log).length).toBe(1);
    expect(box(shown).value).toBe('a slip');
    expect(document.activeElement).toBe(box(shown));
  });
});

describe('a message that failed', () => {
  it('B256 Retry and Delete of a failed message are offered once: the toolbar omits actions that the message has buttons for', async () => {
    const failed = { direction: 'outgoing', status: 'failed', code: 408, retryable: true } as const;
    const stored = [message(1, { ...failed, body: 'One' })];
    const shown = await show({ stored });
    await openByKey(article(shown.log, 'One'));
    expect(labels()).toEqual(['Edit', 'Copy', 'Message details']);
    for (const name of ['Retry', 'Delete'])
      expect(shown.screen.getByRole('button', { name, exact: true }).elements()).toHaveLength(1);
  });

  it('B256 the toolbar offers Retry and Delete of a failed message where its row has no buttons', async () => {
    const failed = { direction: 'outgoing', status: 'failed', code: 408, retryable: true } as const;
    const shown = await show({
      stored: [message(1, { ...failed, body: 'One' })],
      children: (
        <MessageList.Root>
          <MessageList.Viewport>
            <MessageList.Items>
              {(row) => (
                <MessageList.Item {...row}>
                  <MessageList.Bubble />
                </MessageList.Item>
              )}
            </MessageList.Items>
            <MessageList.Actions />
          </MessageList.Viewport>
        </MessageList.Root>
      ),
    });
    await openByKey(article(shown.log, 'One'));
    expect(labels()).toEqual(['Copy', 'Retry', 'Delete', 'Message details']);
  });
});

describe('Edit', () => {
  it('B251 Edit puts the text into the composer, Enter saves it, and the draft returns', async () => {
    const shown = await show({ stored: [message(1)] });
    const id = await deliver(shown, shown.ana, 'helo');
    box(shown).focus();
    await userEvent.keyboard('half a thought');
    await openByKey(article(shown.log, 'helo'));
    await action('Edit').click();
    expect(document.activeElement).toBe(box(shown));
    expect(box(shown).value).toBe('helo');
    await expect.element(shown.screen.getByText('Editing', { exact: true })).toBeVisible();
    expect(box(shown)).toHaveAccessibleName('Message Bo');
    await userEvent.fill(box(shown), 'hello');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => shown.bo.messages.get(id)?.body).toBe('hello');
    expect(box(shown).value).toBe('half a thought');
    await expect.element(shown.screen.getByText('Editing', { exact: true })).not.toBeInTheDocument();
    expect(shown.ana.messages.order.length).toBe(2);
  });

  it('B251 ArrowUp in an empty composer begins an edit; Escape cancels it, and no typing was sent', async () => {
    const shown = await show({ stored: [message(1)] });
    await deliver(shown, shown.ana, 'Mine');
    await deliver(shown, shown.bo, 'Theirs');
    box(shown).focus();
    await userEvent.keyboard('{ArrowUp}');
    expect(box(shown).value).toBe('Mine');
    await userEvent.keyboard('!');
    expect(shown.ana.store.getState().localComposingState).toBe('idle');
    await userEvent.keyboard('{Escape}');
    expect(box(shown).value).toBe('');
    expect(document.activeElement).toBe(box(shown));
    await userEvent.keyboard('x{ArrowUp}');
    expect(box(shown).value).toBe('x');
  });

  it('B251 an edit and a draft are separate values, and both survive a reload', async () => {
    const stored = [message(1), message(2, { direction: 'outgoing', body: 'helo' })];
    localStorage.setItem('two', 'half a thought');
    onTestFinished(() => localStorage.clear());
    const first = await show({ stored, children: <Chat draftKey="two" /> });
    await openByKey(article(first.log, 'helo'));
    await action('Edit').click();
    await userEvent.keyboard(' world');
    await first.screen.unmount();
    const second = await show({ stored, children: <Chat draftKey="two" /> });
    await expect.poll(() => box(second).value).toBe('helo world');
    await expect.element(second.screen.getByText('Editing', { exact: true })).toBeVisible();
    box(second).focus();
    await userEvent.keyboard('{Escape}');
    expect(box(second).value).toBe('half a thought');
  });

  it('B251 an edit ends when its message is deleted, and its text is not kept', async () => {
    onTestFinished(() => localStorage.clear());
    const shown = await show({ stored: [message(1)], children: <Chat draftKey="gone" /> });
    const id = await deliver(shown, shown.ana, 'a slip');
    box(shown).focus();
    await userEvent.keyboard('{ArrowUp} of the tongue');
    shown.ana.retractMessage(id);
    await expect.poll(() => box(shown).value).toBe('');
    expect(JSON.stringify(localStorage)).not.toContain('slip');
  });
});

describe('Reply', () => {
  it('B252 a reply shows its message until it is sent, also after a reload', async () => {
    onTestFinished(() => localStorage.clear());
    const stored = [message(1, { body: 'At 8?' })];
    const first = await show({ stored, children: <Chat draftKey="reply" /> });
    await openByKey(article(first.log, 'At 8?'));
    await action('Reply').click();
    expect(document.activeElement).toBe(box(first));
    await expect.element(first.screen.getByText('Reply to Bo', { exact: true })).toBeVisible();
    await userEvent.keyboard('Gladly');
    await first.screen.unmount();
    const second = await show({ stored, children: <Chat draftKey="reply" /> });
    await expect.element(second.screen.getByText('Reply to Bo', { exact: true })).toBeVisible();
    await expect.poll(() => box(second).value).toBe('Gladly');
    box(second).focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(second.screen.getByRole('button', { name: 'Reply to Bo: At 8?' })).toBeVisible();
    await expect.element(second.screen.getByText('Reply to Bo', { exact: true })).not.toBeInTheDocument();
    expect(second.ana.messages.get(second.ana.messages.order.at(-1)!)?.replyTo?.id).toBe('m1');
  });

  it('B252 Escape cancels a reply and keeps the text', async () => {
    const shown = await show({ stored: [message(1)] });
    await openByKey(article(shown.log, 'Message 1'));
    await action('Reply').click();
    await userEvent.keyboard('Well{Escape}');
    await expect.element(shown.screen.getByText('Reply to Bo', { exact: true })).not.toBeInTheDocument();
    expect(box(shown).value).toBe('Well');
  });
});
