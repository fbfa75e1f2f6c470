import { createRef, type ReactElement, type ReactNode, useState } from 'react';
import { createPortal } from 'react-dom';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, nextFrames, show } from '../../fixtures/render.tsx';
import { Chat } from '../index.ts';

const own = message(1, { direction: 'outgoing', status: 'delivered', body: 'Hi Bo' });

/** Renders its children by a portal, into an element that `place` finds or creates. */
function Elsewhere({ place, children }: { place: () => Element; children: ReactNode }): ReactElement {
  const [element] = useState(place);
  return <>{createPortal(children, element)}</>;
}

function added<T extends Element>(element: T): T {
  document.body.append(element);
  onTestFinished(() => element.remove());
  return element;
}

describe('a form of the host around the chat', () => {
  it.each(['in the tree of React', 'in the document'])(
    'B234 a form around the chat is neither submitted nor filled, %s',
    async (where) => {
      const submitted = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
      const inReact = where === 'in the tree of React';
      const form = added(document.createElement('form'));
      form.addEventListener('submit', submitted);
      const chat = (
        <Elsewhere place={() => (inReact ? added(document.createElement('div')) : form)}>
          <Chat />
        </Elsewhere>
      );
      const { ana } = await show({ children: inReact ? <form onSubmit={submitted}>{chat}</form> : chat });
      const box = document.querySelector('textarea')!;
      await userEvent.fill(box, 'one');
      document.querySelector<HTMLElement>('.imflow-send')!.click();
      box.focus();
      await userEvent.keyboard('two{Enter}');
      await expect.poll(() => ana.messages.order.length).toBe(2);
      expect(submitted).not.toHaveBeenCalled();
      await userEvent.fill(box, 'three');
      expect(box.form).toBeNull();
      form.reset();
      expect(box.value).toBe('three');
    },
  );

  it('B234 no control of the kit belongs to a form around the chat', async () => {
    const form = added(document.createElement('form'));
    const children = (
      <Elsewhere place={() => form}>
        <Chat />
      </Elsewhere>
    );
    await show({ children, stored: [own, message(2, { direction: 'outgoing', status: 'failed', code: 403 })] });
    await expect.poll(() => form.querySelectorAll('button').length).toBeGreaterThan(3);
    expect(Array.from(form.elements, ({ outerHTML }) => outerHTML)).toEqual([]);
    expect(form.querySelectorAll('form')).toHaveLength(0);
  });
});

describe('a modal dialog of the host around the chat', () => {
  async function showInDialog(): Promise<{ dialog: HTMLDialogElement; closed: () => number }> {
    const dialog = added(document.createElement('dialog'));
    const closeRequested = vi.fn();
    // The host closes its dialog by its own key handler.
    dialog.addEventListener('keydown', (event) => event.key === 'Escape' && closeRequested());
    dialog.addEventListener('close', closeRequested);
    dialog.showModal();
    await show({
      stored: [own, message(2)],
      children: (
        <Elsewhere place={() => dialog}>
          <Chat />
        </Elsewhere>
      ),
    });
    return { dialog, closed: () => closeRequested.mock.calls.length };
  }

  it('B234 a modal dialog stays open when Escape closes the details, and when Escape moves from the list to the composer', async () => {
    const { dialog, closed } = await showInDialog();
    const ownMessage = article(dialog, 'Hi Bo');
    ownMessage.focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => document.activeElement?.className).toBe('imflow-details');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => document.querySelector('.imflow-details')).toBeNull();
    expect([dialog.open, closed(), document.activeElement === ownMessage]).toEqual([true, 0, true]);
    await userEvent.keyboard('{Escape}');
    expect([dialog.open, document.activeElement?.tagName]).toEqual([true, 'TEXTAREA']);
  });

  it('B307 a modal dialog receives no Escape that closes the emojis, the toolbar, the confirmation of a deletion, or an edit', async () => {
    const { dialog, closed } = await showInDialog();
    const toolbar = page.getByRole('toolbar', { name: 'Message actions' });
    const focused = (): string | null | undefined =>
      document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent;
    const ownMessage = article(dialog, 'Hi Bo');
    ownMessage.focus();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await expect.element(toolbar.getByRole('button', { name: 'Reply' })).toHaveFocus();
    await userEvent.keyboard('{ArrowRight}{Enter}');
    await expect.poll(focused).toBe('👍');
    await userEvent.keyboard('{Escape}');
    await expect.poll(focused).toBe('Reply');
    await userEvent.keyboard('{Escape}');
    expect(document.activeElement).toBe(ownMessage);
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await toolbar.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => document.querySelector('[role="alertdialog"]')).not.toBeNull();
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => document.querySelector('[role="alertdialog"]')).toBeNull();
    expect(document.activeElement).toBe(ownMessage);
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await toolbar.getByRole('button', { name: 'Edit' }).click();
    await expect.poll(() => dialog.querySelector('.imflow-target')).not.toBeNull();
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => dialog.querySelector('.imflow-target')).toBeNull();
    expect([dialog.open, closed()]).toEqual([true, 0]);
  });

  it('B234 a modal dialog receives an Escape in the composer that has no meaning there', async () => {
    const { dialog } = await showInDialog();
    dialog.querySelector('textarea')!.focus();
    await userEvent.keyboard('{Escape}');
    expect(dialog.open).toBe(false);
  });
});

describe('the chat in another root', () => {
  const PLACES: readonly (readonly [string, () => Element])[] = [
    [
      'an open shadow root',
      () =>
        added(document.createElement('div')).attachShadow({ mode: 'open' }).appendChild(document.createElement('div')),
    ],
    [
      'a closed shadow root',
      () =>
        added(document.createElement('div'))
          .attachShadow({ mode: 'closed' })
          .appendChild(document.createElement('div')),
    ],
    [
      'another window',
      () => {
        const frame = added(document.createElement('iframe'));
        frame.style.cssText = 'inline-size: 400px; block-size: 600px';
        return frame.contentDocument!.body.appendChild(frame.contentDocument!.createElement('div'));
      },
    ],
  ];

  it.each(PLACES)('B235 closing the details returns the focus, in %s', async (_, make) => {
    const place = createRef<Element>();
    const find = (): Element => (place.current ??= make());
    await show({
      stored: [own, message(2)],
      children: (
        <Elsewhere place={find}>
          <Chat />
        </Elsewhere>
      ),
    });
    const root = place.current!.getRootNode() as Document | ShadowRoot;
    await expect.poll(() => root.querySelectorAll('article').length).toBe(2);
    const ownMessage = root.querySelector<HTMLElement>('article')!;
    const view = root.ownerDocument?.defaultView ?? (root as Document).defaultView!;
    const press = (target: Element, key: string): void =>
      void target.dispatchEvent(
        new view.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, composed: true }),
      );
    view.focus();
    ownMessage.focus();
    press(ownMessage, 'Enter');
    await expect.poll(() => root.activeElement?.className).toBe('imflow-details');
    press(root.activeElement!, 'Escape');
    await expect.poll(() => root.querySelector('.imflow-details')).toBeNull();
    expect(root.activeElement).toBe(ownMessage);

    // The same from the button; Escape in the list moves the focus to the composer of this root.
    const button = ownMessage.querySelector<HTMLElement>('.imflow-details-button')!;
    button.focus();
    button.click();
    await expect.poll(() => root.activeElement?.className).toBe('imflow-details');
    press(root.activeElement!, 'Escape');
    await expect.poll(() => root.activeElement).toBe(button);
    ownMessage.focus();
    press(ownMessage, 'Escape');
    expect(root.activeElement).toBe(root.querySelector('textarea'));
    await nextFrames();
  });
});
