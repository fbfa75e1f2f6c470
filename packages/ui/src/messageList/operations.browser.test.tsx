import type { InstantMessagingFlow } from '@imflow/core';
import { useFlow } from '@imflow/react';
import { type ReactElement, useMemo } from 'react';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, nextFrames, show } from '../../fixtures/render.tsx';
import { ConversationList, MessageList } from '../index.ts';

const nameOf = (element: HTMLElement): string =>
  (element.getAttribute('aria-labelledby') ?? '')
    .split(' ')
    .map((id) => {
      const part = element.ownerDocument.getElementById(id);
      return part?.getAttribute('aria-label') ?? part?.textContent;
    })
    .join(' ');

/** Sends a message and waits until the other side has it. */
async function deliver(from: InstantMessagingFlow, to: InstantMessagingFlow, body: string): Promise<string> {
  const { id } = from.sendMessage(body);
  await expect.poll(() => to.messages.get(id)?.body).toBe(body);
  await expect.poll(() => from.messages.get(id)?.status).toMatch(/delivered|displayed/);
  return id;
}

describe('a message that was edited', () => {
  it('B243 an edited message shows its new text in its place, with "edited" beside the time and in its name', async () => {
    const { ana, bo, log } = await show({ stored: [message(1), message(2)] });
    const ownId = await deliver(ana, bo, 'helo');
    const theirs = await deliver(bo, ana, 'teh end');
    const before = articles(log).length;
    ana.editMessage(ownId, 'hello');
    bo.editMessage(theirs, 'the end');
    for (const text of ['hello', 'the end']) {
      await expect.poll(() => log.textContent).toContain(text);
      const row = article(log, text);
      expect(row.querySelector('.imflow-edited')?.textContent).toBe('edited');
      expect(nameOf(row)).toMatch(new RegExp(`${text} edited \\d`));
      expect(row).toHaveAttribute('data-edited');
    }
    expect(log.textContent).not.toMatch(/helo|teh/);
    expect(articles(log).length).toBe(before);
  });

  it('B246 the details of an edited message list each of its texts with its status', async () => {
    const { ana, bo, log, screen } = await show();
    const id = await deliver(ana, bo, 'one');
    bo.markDisplayed(id);
    await expect.poll(() => ana.messages.get(id)?.status).toBe('displayed');
    ana.editMessage(id, 'two');
    await expect.poll(() => ana.messages.get(id)?.status).toMatch(/delivered|displayed/);
    await expect.poll(() => article(log, 'two')).toBeDefined();
    article(log, 'two').focus();
    await userEvent.keyboard('{Enter}');
    const panel = screen.getByRole('dialog', { name: 'Message details' });
    await expect.element(panel).toHaveFocus();
    const text = panel.element().textContent;
    expect(text).toMatch(/Text 1 one.*Read.*Text 2 two.*Delivered/);
  });

  it('B246 the details of the participant’s edited message list its earlier texts', async () => {
    const { ana, bo, log, screen } = await show();
    const id = await deliver(bo, ana, 'one');
    bo.editMessage(id, 'two');
    await expect.poll(() => log.textContent).toContain('two');
    await screen.getByRole('button', { name: 'edited' }).click();
    const panel = screen.getByRole('dialog', { name: 'Message details' });
    await expect.element(panel).toBeVisible();
    expect(panel.element().textContent).toMatch(/Text 1 one.*Text 2 two/);
  });
});

describe('a message that was retracted', () => {
  it('B243 a retracted message keeps its place with a notice, and its text is shown nowhere', async () => {
    const { ana, bo, log, screen } = await show({ stored: [message(1)] });
    const secret = await deliver(bo, ana, 'a secret');
    await deliver(bo, ana, 'and then');
    const place = articles(log).findIndex((each) => each.textContent.includes('a secret'));
    bo.retractMessage(secret);
    await expect.poll(() => article(log, 'Message deleted')).toBeDefined();
    expect(articles(log)[place]?.dataset['message']).toBe(secret);
    expect(nameOf(articles(log)[place]!)).toMatch(/^Bo said: Message deleted/);
    expect(screen.container.textContent).not.toContain('a secret');
  });

  it('B243 an own message shows that it is being deleted, and then that it is deleted once the network accepted the retraction', async () => {
    const { ana, bo, network, log } = await show({ stored: [message(1)] });
    const id = await deliver(ana, bo, 'a slip');
    network.setOnline('ana', false);
    ana.retractMessage(id);
    await expect.poll(() => article(log, 'Asked to delete')).toBeDefined();
    expect(log.textContent).not.toContain('a slip');
    network.setOnline('ana', true);
    await expect.poll(() => article(log, 'You deleted this message'), { timeout: 10_000 }).toBeDefined();
  });

  it('B247 a retracted message shows in no preview, and is not announced', async () => {
    const { ana, bo, screen } = await show({
      children: <Both />,
    });
    // The first sentence is announced at once, and the next one after a pause.
    await deliver(bo, ana, 'first');
    const secret = await deliver(bo, ana, 'a secret');
    const preview = screen.container.querySelector('.imflow-conversation')!;
    await expect.poll(() => preview.textContent).toContain('a secret');
    const announcements: string[] = [];
    const regions = screen.container.querySelectorAll('[aria-live="polite"]');
    const observer = new MutationObserver(() => announcements.push(...Array.from(regions, (each) => each.textContent)));
    for (const region of regions) observer.observe(region, { childList: true });
    bo.retractMessage(secret);
    await expect.poll(() => preview.textContent).toContain('Message deleted');
    expect(preview.textContent).not.toContain('a secret');
    await deliver(bo, ana, 'last');
    await expect.poll(() => announcements.join(), { timeout: 5_000 }).toContain('last');
    expect(announcements.join()).not.toContain('secret');
    bo.editMessage(ana.messages.order.at(-1)!, 'the very last');
    await expect.poll(() => preview.textContent).toContain('the very last');
  });
});

function Both(): ReactElement {
  const flow = useFlow();
  return (
    <>
      <ConversationList flows={useMemo(() => [flow], [flow])} onSelect={() => undefined} selected={flow} />
      <MessageList />
    </>
  );
}

describe('a reply', () => {
  it('B244 a reply quotes the current text of its message, which is part of its name', async () => {
    const { ana, bo, log, screen } = await show({ stored: [message(1)] });
    const id = await deliver(bo, ana, 'At 8?');
    ana.sendMessage('Yes', { replyTo: id });
    const quote = screen.getByRole('button', { name: 'Reply to Bo: At 8?' });
    await expect.element(quote).toBeVisible();
    expect(nameOf(article(log, 'Yes'))).toMatch(/You said: Reply to Bo: At 8\? Yes/);
    bo.editMessage(id, 'At 9?');
    await expect.element(screen.getByRole('button', { name: 'Reply to Bo: At 9?' })).toBeVisible();
    bo.retractMessage(id);
    await expect.element(screen.getByRole('button', { name: 'Reply to Bo: Message deleted' })).toBeVisible();
    expect(screen.container.textContent).not.toMatch(/At [89]/);
  });

  it('B244 a quote leads to its message, also to one that is not loaded, and the jump button first returns', async () => {
    const stored = Array.from({ length: 200 }, (_, index) => message(index + 1));
    stored.push(message(201, { body: 'As I said', replyTo: { id: 'm20', sender: 'bo', excerpt: 'Message 20' } }));
    stored.push(message(202, { body: 'The end. '.repeat(150) }));
    const { ana, log, screen } = await show({ stored, template: { pageSize: 50 }, storageDelay: 30 });
    expect(ana.messages.get('m20')).toBeUndefined();
    const quote = (): HTMLElement | null => log.querySelector('.imflow-quote');
    await expect
      .poll(() => {
        log.scrollTop -= 50;
        return quote();
      })
      .not.toBeNull();
    await nextFrames(10);
    quote()!.click();
    await expect.poll(() => quote()?.getAttribute('aria-busy'), { interval: 5 }).toBe('true');
    await expect
      .poll(() => (document.activeElement as HTMLElement).dataset['message'], { timeout: 10_000 })
      .toBe('m20');
    await screen.getByRole('button', { name: /^Jump to latest/ }).click();
    await expect.poll(() => (document.activeElement as HTMLElement).dataset['message']).toBe('m201');
  });

  it('B244 a quote of an unknown message announces that it was not found', async () => {
    const gone = { id: 'gone', sender: 'bo', excerpt: 'Once' };
    const { log, screen } = await show({ stored: [message(1, { body: 'As I said', replyTo: gone })] });
    await screen.getByRole('button', { name: 'Reply to Bo: Once' }).click();
    await expect.poll(() => log.textContent).toContain('This message is no longer there.');
  });
});

describe('reactions', () => {
  it('B245 reactions are toggle buttons, named by the emoji and by their authors', async () => {
    const { ana, bo, screen } = await show({ stored: [message(1)] });
    const id = await deliver(ana, bo, 'Tea?');
    bo.react(id, ['👍', '🎉']);
    const theirs = screen.getByRole('button', { name: '👍, Bo', exact: true });
    await expect.element(theirs).toHaveAttribute('aria-pressed', 'false');
    await theirs.click();
    const both = screen.getByRole('button', { name: '👍, you and Bo' });
    await expect.element(both).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(() => bo.messages.get(id)?.reactions?.length).toBe(2);
    await both.click();
    await expect.element(theirs).toHaveAttribute('aria-pressed', 'false');
    await expect.poll(() => screen.container.querySelectorAll('.imflow-reaction').length).toBe(2);
  });

  it('B245 reactions move no visible row of a reader away from the end, and at the end only upwards', async () => {
    const stored = Array.from({ length: 60 }, (_, index) => message(index + 1));
    const { ana, bo, log } = await show({ stored, strict: false });
    const id = await deliver(ana, bo, 'At the end');
    log.scrollTop -= 600;
    await nextFrames(20);
    const { top } = log.getBoundingClientRect();
    const firstVisible = articles(log).find((each) => each.getBoundingClientRect().top >= top)!;
    const before = firstVisible.getBoundingClientRect().top;
    bo.react(id, ['👍']);
    await expect.poll(() => ana.messages.get(id)?.reactions?.length).toBe(1);
    for (const row of articles(log)) ana.react(row.dataset['message']!, ['🎉']);
    await nextFrames(20);
    expect(Math.abs(firstVisible.getBoundingClientRect().top - before)).toBeLessThanOrEqual(1);
  });
});
