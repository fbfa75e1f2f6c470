import { type ReactElement, useState } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, nextFrames, show, type ShowOptions, type Shown } from '../../fixtures/render.tsx';
import { Chat, ChatHeader, FindBar, MessageList } from '../index.ts';

function FindableChat(): ReactElement {
  const [isOpen, setOpen] = useState(true);
  return (
    <Chat
      header={
        <>
          <ChatHeader />
          {isOpen && <FindBar onClose={() => setOpen(false)} />}
        </>
      }
    />
  );
}

const find = (options: ShowOptions = {}): Promise<Shown> => show({ children: <FindableChat />, ...options });
const searchBox = ({ screen }: Shown) => screen.getByRole('searchbox', { name: 'Find in conversation' });
const result = ({ screen }: Shown): string =>
  screen.container.querySelector('.imflow-find [role="status"]')!.textContent;

/** The highlighted texts, by the name of the highlight. */
function marked(name = 'imflow-found'): string[] {
  const ranges = Array.from(CSS.highlights.get(name) ?? []) as Range[];
  return ranges
    .toSorted((one, other) => one.compareBoundaryPoints(Range.START_TO_START, other))
    .map((range) => range.toString());
}

const SIX = ['A café', 'Tea?', 'cafe, Ｃａｆｅ', 'No', 'CAFÉ!', 'Yes'].map((body, index) =>
  message(index + 1, { body }),
);
const LONG = Array.from({ length: 400 }, (_, index) =>
  message(index + 1, { body: index === 19 ? 'The needle' : `Message ${index + 1}` }),
);

describe('the find bar', () => {
  it('B223 the find bar moves from the newest match to the oldest with Enter, back with Shift+Enter, and wraps around', async () => {
    const shown = await find({ stored: SIX });
    await expect.element(searchBox(shown)).toHaveFocus();
    await userEvent.keyboard('cafe');
    await expect.poll(() => result(shown)).toBe('1 of 3');
    for (const place of ['2 of 3', '3 of 3', '1 of 3']) {
      await userEvent.keyboard('{Enter}');
      await expect.poll(() => result(shown)).toBe(place);
    }
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
    await expect.poll(() => result(shown)).toBe('3 of 3');
    await shown.screen.getByRole('button', { name: 'Previous match' }).click();
    await expect.poll(() => result(shown)).toBe('2 of 3');
    await userEvent.fill(searchBox(shown), 'nowhere');
    await expect.poll(() => result(shown)).toBe('No matches');
    await expect.element(shown.screen.getByRole('button', { name: 'Next match' })).toBeDisabled();
  });

  it('B223 Escape closes the find bar: the focus moves to the match, and no match is highlighted', async () => {
    const shown = await find({ stored: SIX });
    await userEvent.keyboard('cafe{Enter}');
    await expect.poll(() => result(shown)).toBe('2 of 3');
    await userEvent.keyboard('{Escape}');
    await expect.element(shown.screen.getByRole('search')).not.toBeInTheDocument();
    await expect.poll(() => document.activeElement).toBe(article(shown.log, 'cafe, '));
    expect([marked(), marked('imflow-found-current')]).toEqual([[], []]);
  });

  it('B223 Escape without a match moves the focus to the composer', async () => {
    const shown = await find({ stored: SIX });
    await userEvent.keyboard('{Escape}');
    await expect.element(shown.screen.getByRole('textbox', { name: 'Message Bo' })).toHaveFocus();
  });

  it('B257 the find bar highlights matches while the user types, and the current match differently', async () => {
    const shown = await find({ stored: SIX });
    await userEvent.keyboard('CAFÉ');
    await expect.poll(() => marked('imflow-found-current')).toEqual(['CAFÉ']);
    expect(marked()).toEqual(['café', 'cafe', 'Ｃａｆｅ']);
    shown.bo.sendMessage('cafe\u0301 here');
    await expect.poll(() => marked()).toEqual(['café', 'cafe', 'Ｃａｆｅ', 'cafe\u0301']);
    await userEvent.fill(searchBox(shown), '');
    await expect.poll(() => marked()).toEqual([]);
  });

  it('B257 highlighting renders no row', async () => {
    const rows: unknown[] = [];
    const render = (props: object): ReactElement => {
      rows.push((props as Record<string, unknown>)['data-message']);
      return <article {...props} />;
    };
    const shown = await find({
      stored: SIX,
      strict: false,
      children: (
        <>
          <FindBar onClose={() => undefined} />
          <MessageList.Root>
            <MessageList.Viewport>
              <MessageList.Items>{(row) => <MessageList.Item {...row} render={render} />}</MessageList.Items>
            </MessageList.Viewport>
          </MessageList.Root>
        </>
      ),
    });
    await nextFrames(10);
    rows.length = 0;
    await userEvent.keyboard('cafe{Enter}{Enter}');
    await expect.poll(() => result(shown)).toBe('3 of 3');
    await expect.poll(() => marked('imflow-found-current')).toEqual(['café']);
    await nextFrames(4);
    expect(rows).toEqual([]);
  });

  it('B257 the current message is framed for a moment where the browser has no custom highlights', async () => {
    vi.spyOn(CSS, 'highlights', 'get').mockReturnValue(undefined as never);
    onTestFinished(() => void vi.restoreAllMocks());
    const shown = await find({ stored: SIX });
    await userEvent.keyboard('tea');
    await expect.poll(() => article(shown.log, 'Tea?').hasAttribute('data-highlighted')).toBe(true);
    await expect.element(searchBox(shown)).toHaveFocus();
  });

  it('B221 the find bar finds stored messages and loads older pages to show them, and keeps the focus', async () => {
    const shown = await find({ stored: LONG, storageDelay: 20 });
    await userEvent.keyboard('needle');
    await expect.poll(() => marked('imflow-found-current')).toEqual(['needle']);
    await expect.element(shown.screen.getByText('The needle')).toBeInViewport();
    await expect.poll(() => result(shown)).toBe('1 of 1');
    await expect.element(searchBox(shown)).toHaveFocus();
  });

  it('B366 the find bar shows how many messages it has read on the way to a distant one, and announces it once', async () => {
    const shown = await find({ stored: LONG, storageDelay: 20 });
    const texts = new Set<string>();
    const spoken = new Set<string>();
    const status = shown.screen.container.querySelector('.imflow-find [role="status"]')!;
    new MutationObserver(() => {
      const copy = status.cloneNode(true) as HTMLElement;
      texts.add(copy.textContent);
      for (const hidden of copy.querySelectorAll('[aria-hidden]')) hidden.remove();
      spoken.add(copy.textContent);
    }).observe(status, { childList: true, characterData: true, subtree: true });
    await userEvent.keyboard('needle');
    await expect.poll(() => result(shown)).toBe('1 of 1');
    expect(Array.from(texts).filter((text) => /^Loading earlier messages… \(\d+\)$/.test(text))).not.toHaveLength(0);
    expect(Array.from(spoken).filter((text) => text.startsWith('Loading'))).toEqual(['Loading earlier messages…']);
  });

  it('B221 the matches follow new messages, edits and retractions', async () => {
    const shown = await find({ stored: SIX });
    await userEvent.keyboard('cafe');
    await expect.poll(() => result(shown)).toBe('1 of 3');
    const { id } = shown.bo.sendMessage('The cafe, then');
    await expect.poll(() => result(shown)).toBe('2 of 4');
    shown.bo.editMessage(id, 'The pub, then');
    await expect.poll(() => result(shown)).toBe('1 of 3');
    shown.bo.editMessage(id, 'No, the café');
    await expect.poll(() => result(shown)).toBe('2 of 4');
    shown.bo.retractMessage(id);
    await expect.poll(() => result(shown)).toBe('1 of 3');
    // The notice in place of a retracted message does not match.
    await userEvent.fill(searchBox(shown), 'deleted');
    await expect.poll(() => result(shown)).toBe('No matches');
    expect(marked()).toEqual([]);
  });

  it('B221 the find bar says that older messages could not be searched', async () => {
    const shown = await find({ stored: LONG, loadBefore: () => Promise.reject(new Error('The disk is gone.')) });
    await userEvent.keyboard('needle');
    await expect.poll(() => result(shown)).toBe('Older messages could not be searched.');
  });
});
