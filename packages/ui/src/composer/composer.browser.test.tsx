import { createInstantMessagingFlow, type InstantMessagingFlow, type InstantMessagingFlowTemplate } from '@imflow/core';
import { createFakeTransport, createVirtualClock, type FakeTransport, type VirtualClock } from '@imflow/testing';
import { FlowProvider } from '@imflow/react';
import { Profiler, type ReactElement, StrictMode } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render, type RenderResult } from 'vitest-browser-react';
import { Composer, type ComposerProps } from './Composer.tsx';
import '../styles.css';

interface Shown {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly flow: InstantMessagingFlow;
  readonly screen: RenderResult;
  readonly box: HTMLTextAreaElement;
}

function start(transport: FakeTransport, remote: string, clock: VirtualClock, template: object): InstantMessagingFlow {
  const flow = createInstantMessagingFlow({ transport, remote, clock, template });
  flow.start();
  onTestFinished(() => flow.terminate());
  return flow;
}

function inside(flow: InstantMessagingFlow, children: ReactElement): ReactElement {
  return (
    <StrictMode>
      <FlowProvider flow={flow}>
        <div style={{ inlineSize: 400 }}>{children}</div>
      </FlowProvider>
    </StrictMode>
  );
}

async function show(props: ComposerProps = {}, template: InstantMessagingFlowTemplate = {}): Promise<Shown> {
  const clock = createVirtualClock();
  const transport = createFakeTransport();
  const flow = start(transport, 'bo', clock, template);
  const screen = await render(inside(flow, <Composer {...props} />));
  const box = screen.container.querySelector('textarea')!;
  box.focus();
  return { clock, transport, flow, screen, box };
}

function key(init: KeyboardEventInit & { keyCode?: number } = {}): KeyboardEvent {
  return new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init });
}

/** Simulates an input method: the text changes during a composition, and keys are reported with the code 229 or not at all. */
function composeWith(box: HTMLTextAreaElement, text: string): void {
  box.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
  setText(box, text, 'insertCompositionText');
}

function setText(box: HTMLTextAreaElement, text: string, inputType: string): void {
  box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
  box.dispatchEvent(new InputEvent('input', { bubbles: true, inputType, data: text }));
}

describe('typing', () => {
  it.each([
    ['typed with Shift', () => userEvent.keyboard('{Shift>}h{/Shift}')],
    ['a paste', (box: HTMLTextAreaElement) => setText(box, 'pasted', 'insertFromPaste')],
    ['dictation', (box: HTMLTextAreaElement) => setText(box, 'said', 'insertText')],
    ['an input method', (box: HTMLTextAreaElement) => composeWith(box, 'か')],
  ])('B39 %s counts as typing', async (_, type) => {
    const { transport, box } = await show();
    await Promise.resolve(type(box));
    await expect.poll(() => transport.wire).toEqual(['composing']);
  });

  it('B39 keys without text and blank text do not count as typing', async () => {
    const { transport, box } = await show();
    await userEvent.keyboard('{Control}{Alt}{ArrowLeft}{Shift}{Escape}');
    box.focus();
    await userEvent.keyboard('   ');
    expect(transport.wire).toEqual([]);
  });

  it('B40 emptying the box without sending sends idle at once', async () => {
    const { transport, screen } = await show();
    await userEvent.keyboard('ab');
    await userEvent.clear(screen.getByRole('textbox'));
    expect(transport.wire).toEqual(['composing', 'idle']);
  });

  it('B40 if idle cannot be set, composing reverts automatically', async () => {
    const { clock, transport, screen } = await show({}, { allowExplicitIdle: false });
    await userEvent.keyboard('ab');
    await userEvent.clear(screen.getByRole('textbox'));
    expect(transport.wire).toEqual(['composing']);
    await clock.advance(5_000);
    expect(transport.wire.at(-1)).toBe('idle');
  });

  it('B41 fifty keystrokes in a second send one composing notification', async () => {
    const { clock, transport, box } = await show();
    for (let stroke = 0; stroke < 50; stroke += 1) {
      setText(box, 'x', 'insertText');
      clock.advanceSync(20);
    }
    expect(transport.wire).toEqual(['composing']);
  });

  it('B120 an unmounting composer sends idle once', async () => {
    const { flow, transport, screen } = await show();
    await userEvent.keyboard('ab');
    await screen.rerender(inside(flow, <p>gone</p>));
    expect(transport.wire).toEqual(['composing', 'idle']);
  });
});

describe('Enter', () => {
  it('B125 Enter sends nothing during a composition of an input method, nor with the key that ends it', async () => {
    const { transport, box, flow } = await show();
    composeWith(box, 'かな');
    box.dispatchEvent(key({ isComposing: true }));
    box.dispatchEvent(key({ keyCode: 229 }));
    // Safari reports the Enter that ends a composition after its end, with the code of an input method.
    box.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: 'かな' }));
    box.dispatchEvent(key({ keyCode: 229 }));
    expect(flow.messages.order.length).toBe(0);
    expect(box.value).toBe('かな');
    await userEvent.keyboard('{Enter}');
    expect(transport.wire).toEqual(['composing', 'message:かな']);
  });

  it('B236 Enter sends in the same task in which a composition was committed by other means, such as a click on a candidate', async () => {
    const { transport, box } = await show();
    composeWith(box, 'かな');
    box.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: 'かな' }));
    box.dispatchEvent(key({ keyCode: 13 }));
    expect(transport.wire).toEqual(['composing', 'message:かな']);
    expect(box.value).toBe('');
  });

  it('B27 Enter sends, and the box is empty, focused and as low as before', async () => {
    const { transport, box } = await show();
    const height = box.getBoundingClientRect().height;
    await userEvent.keyboard('one{Shift>}{Enter}{/Shift}two');
    expect(box.getBoundingClientRect().height).toBeGreaterThan(height);
    await userEvent.keyboard('{Enter}');
    expect(transport.wire).toEqual(['composing', 'message:one\ntwo']);
    expect(box.value).toBe('');
    expect(document.activeElement).toBe(box);
    expect(box.getBoundingClientRect().height).toBe(height);
  });

  it('an option makes Enter a new line; then Ctrl+Enter, or only the button, sends', async () => {
    const { flow, transport, box, screen } = await show({ enterKey: 'ctrl-enter' });
    await userEvent.keyboard('a{Enter}b');
    expect(box.value).toBe('a\nb');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await screen.rerender(inside(flow, <Composer enterKey="newline" />));
    await userEvent.keyboard('c{Control>}{Enter}{/Control}');
    await screen.getByRole('button', { name: 'Send' }).click();
    expect(transport.messages.map(({ message }) => message.body)).toEqual(['a\nb', 'c']);
    expect(document.activeElement).toBe(box);
  });

  it('Enter sends neither a blank text nor one that is too long, and keeps a text that was refused', async () => {
    const { flow, transport, box, screen } = await show({ maxLength: 5 });
    await userEvent.keyboard('   {Enter}');
    await userEvent.clear(screen.getByRole('textbox'));
    await userEvent.keyboard('123456{Enter}');
    await expect.element(screen.getByText('This message is too long by 1 character.')).toBeVisible();
    await expect
      .element(screen.getByRole('textbox'))
      .toHaveAccessibleDescription('This message is too long by 1 character.');
    await expect.element(screen.getByRole('textbox')).toBeInvalid();
    vi.spyOn(flow, 'sendMessage').mockImplementation(() => {
      throw new Error('refused');
    });
    await userEvent.keyboard('{Backspace}{Enter}');
    await expect.element(screen.getByText('This message cannot be sent.')).toBeVisible();
    expect(box.value).toBe('12345');
    expect(flow.messages.order.length).toBe(0);
    expect(transport.messages).toEqual([]);
  });
});

describe('the box', () => {
  it.each(['CSS field-sizing', 'an invisible copy of its text'])(
    'the box is as high as its text, up to a limit (%s)',
    async (how) => {
      if (how !== 'CSS field-sizing') vi.spyOn(CSS, 'supports').mockReturnValue(false);
      const { box, screen } = await show();
      if (how !== 'CSS field-sizing') box.style.setProperty('field-sizing', 'fixed');
      const heights = [box.getBoundingClientRect().height];
      for (const text of ['one', '\ntwo', '\nthree\nfour', '\nmore'.repeat(20)]) {
        setText(box, text, 'insertText');
        heights.push(box.getBoundingClientRect().height);
      }
      // A line has 22 px.
      expect(heights).toEqual([40, 40, 62, 106, 156]);
      await userEvent.clear(screen.getByRole('textbox'));
      expect(box.getBoundingClientRect().height).toBe(40);
    },
  );

  it('B123 a keystroke renders nothing and changes only the text', async () => {
    const clock = createVirtualClock();
    const flow = start(createFakeTransport(), 'bo', clock, {});
    const rendered = vi.fn();
    const screen = await render(
      <FlowProvider flow={flow}>
        <Profiler id="composer" onRender={rendered}>
          <Composer />
        </Profiler>
      </FlowProvider>,
    );
    await userEvent.type(screen.getByRole('textbox'), 'ab');
    rendered.mockClear();
    const wrapper = screen.container.querySelector('.imflow-input')!;
    const changes = new MutationObserver(() => {});
    changes.observe(wrapper, { attributes: true, subtree: true, childList: true });
    await userEvent.type(screen.getByRole('textbox'), 'c and some more words');
    expect(rendered).not.toHaveBeenCalled();
    // A keystroke changes nothing in the document but the text.
    expect(changes.takeRecords()).toEqual([]);
  });

  it.each([
    [{ maxLength: 200_000 }, { maxMessageLength: 3 }, 'abcde', 2],
    [{ maxLength: 4 }, { maxMessageLength: 10 }, 'abcde', 1],
    [{}, { maxMessageLength: 5 }, '  abcde  ', 0],
  ])('B237 the box allows the limit of the flow, or a lower one: %j, %j', async (props, template, text, over) => {
    const { flow, screen } = await show(props, template);
    await screen.getByRole('textbox').fill(text);
    const note = screen.container.querySelector('.imflow-note')!;
    await expect.poll(() => /\d+/.exec(note.textContent)?.[0] ?? '0').toBe(String(over));
    await userEvent.keyboard('{Enter}');
    expect(flow.messages.order.length).toBe(over === 0 ? 1 : 0);
  });

  it('B130 the box has a name, explains why the conversation ended, and keeps the focus', async () => {
    const { flow, screen, box } = await show();
    await expect.element(screen.getByRole('textbox', { name: 'Message bo', exact: true })).toBeVisible();
    expect(getComputedStyle(box).fontSize).toBe('16px');
    await userEvent.keyboard('{Escape}');
    expect(document.activeElement).toBe(box);
    flow.terminate();
    await expect.element(screen.getByRole('textbox')).toHaveAttribute('readonly');
    expect(document.activeElement).toBe(box);
    await expect.element(screen.getByRole('textbox')).toHaveAccessibleDescription('This conversation has ended.');
  });

  it('while offline, the box says that messages will be sent later', async () => {
    const { transport, screen } = await show();
    transport.setStatus({ state: 'offline' });
    await expect.element(screen.getByText('You are offline. Messages will be sent later.')).toBeVisible();
    await userEvent.keyboard('later{Enter}');
    transport.setStatus({ state: 'online' });
    await expect.element(screen.getByText('You are offline. Messages will be sent later.')).not.toBeInTheDocument();
    expect(transport.wire).toContain('message:later');
  });

  it('a draft survives a remount, is removed by sending, and shows in no other conversation', async () => {
    const kept = new Map<string, string>();
    const draftStorage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    };
    const { clock, flow, transport, screen, box } = await show({ draftKey: 'with bo', draftStorage });
    await userEvent.keyboard('a thought');
    const cy = start(transport, 'cy', clock, {});
    await screen.rerender(inside(cy, <Composer draftKey="with cy" draftStorage={draftStorage} />));
    expect(box.value).toBe('');
    await screen.rerender(inside(flow, <Composer key="new" draftKey="with bo" draftStorage={draftStorage} />));
    const again = screen.container.querySelector('textarea')!;
    expect(again.value).toBe('a thought');
    again.focus();
    await userEvent.keyboard('{Enter}');
    expect(kept.size).toBe(0);
  });

  it('B239 a draft in two composers is the same while the user types in one, and is cleared in both when one sends it', async () => {
    const { flow, transport, screen, box } = await show({ draftKey: 'both' });
    onTestFinished(() => localStorage.removeItem('both'));
    await screen.rerender(
      inside(
        flow,
        <>
          <Composer draftKey="both" />
          <Composer draftKey="both" />
        </>,
      ),
    );
    const [first, second] = screen.container.querySelectorAll('textarea');
    void box;
    first!.focus();
    await userEvent.keyboard('a thought');
    expect(second!.value).toBe('a thought');
    await userEvent.keyboard('{Enter}');
    expect([first!.value, second!.value]).toEqual(['', '']);
    second!.focus();
    await userEvent.keyboard('{Enter}');
    expect(transport.wire.filter((line) => line.startsWith('message'))).toEqual(['message:a thought']);
  });

  it('B239 another tab that sends or changes the draft updates this one, unless this one was edited', async () => {
    localStorage.setItem('tabs', 'from before');
    onTestFinished(() => localStorage.removeItem('tabs'));
    const { box } = await show({ draftKey: 'tabs' });
    const otherTab = (text: string): void => {
      if (text) localStorage.setItem('tabs', text);
      else localStorage.removeItem('tabs');
      window.dispatchEvent(new StorageEvent('storage', { key: 'tabs', storageArea: localStorage }));
    };
    expect(box.value).toBe('from before');
    otherTab('from there');
    expect(box.value).toBe('from there');
    otherTab('');
    expect(box.value).toBe('');
    await expect.poll(() => document.querySelector<HTMLButtonElement>('.imflow-send')!.disabled).toBe(true);

    // The storage refused to store the typed text.
    const refused = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('full');
    });
    await userEvent.keyboard('mine');
    refused.mockRestore();
    otherTab('theirs');
    expect(box.value).toBe('mine');
  });

  it('B239 a page that returns from the back-forward cache shows the current draft', async () => {
    localStorage.setItem('kept', 'old');
    onTestFinished(() => localStorage.removeItem('kept'));
    const { box } = await show({ draftKey: 'kept' });
    localStorage.removeItem('kept');
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    expect(box.value).toBe('');
  });

  it('B239 a draft in a storage of this tab is removed when the same text was sent in another tab', async () => {
    const kept = new Map([['own', 'the same']]);
    const draftStorage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    };
    const { box, flow } = await show({ draftKey: 'own', draftStorage });
    expect(box.value).toBe('the same');
    flow.sendMessage('something else');
    expect(box.value).toBe('the same');
    // The event of the engine for a message that another tab has sent.
    flow.sendMessage('the same');
    expect(box.value).toBe('');
    expect(kept.size).toBe(0);
  });

  it('without a key, a different conversation begins with an empty box', async () => {
    const { clock, transport, screen, box } = await show();
    await userEvent.keyboard('for bo only');
    await screen.rerender(inside(start(transport, 'cy', clock, {}), <Composer />));
    expect(box.value).toBe('');
    expect(transport.wire).toEqual(['composing', 'idle']);
  });

  it('a storage that refuses drafts causes no error', async () => {
    const refuse = vi.fn(() => {
      throw new Error('full');
    });
    const draftStorage = { getItem: refuse, setItem: refuse, removeItem: refuse };
    const { transport } = await show({ draftKey: 'x', draftStorage });
    await userEvent.keyboard('hi{Enter}');
    expect(refuse).toHaveBeenCalled();
    expect(transport.wire).toEqual(['composing', 'message:hi']);
  });
});
