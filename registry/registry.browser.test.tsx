import { createInstantMessagingFlow } from '@imflow/core';
import { createLoopbackNetwork, type LoopbackNetwork } from '@imflow/core/transports';
import { describe, expect, it, onTestFinished } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import manifest from '../registry.json';
import { Conversation } from './chat/chat.tsx';
import { SupportInbox } from './inbox/support-inbox.tsx';
import { createOwnFiles } from './uploader/own-files.ts';

type Flow = ReturnType<typeof createInstantMessagingFlow>;

function start(network: LoopbackNetwork, local: string, remote: string): Flow {
  const flow = createInstantMessagingFlow({ transport: network.connect(local), remote });
  flow.start();
  onTestFinished(() => flow.terminate());
  return flow;
}

/** The storage of a browser outlives a test. */
function fresh(name: string): string {
  return `${name}-${crypto.randomUUID()}`;
}

it('chat.tsx: a message gets its tick, and files can be attached where there is an uploader', async () => {
  const network = createLoopbackNetwork();
  const ana = fresh('ana');
  start(network, 'bo', ana);
  const transport = network.connect(ana);
  const screen = await render(<Conversation transport={transport} remote="bo" name="Bo" />);
  await userEvent.type(screen.getByRole('textbox', { name: 'Message Bo' }), 'Hello{Enter}');
  await expect.element(screen.getByText('Delivered', { exact: true })).toBeInTheDocument();
  expect(screen.container.querySelector('input[type="file"]')).toBeNull();
  await screen.unmount();

  const files = createOwnFiles({ url: 'https://example.com/chat', token: async () => 'secret' });
  const again = await render(<Conversation transport={network.connect(ana)} remote="bo" name="Bo" files={files} />);
  await expect.element(again.getByRole('article', { name: /Hello/ })).toBeVisible();
  await expect.poll(() => again.container.querySelector('input[type="file"]')).not.toBeNull();
});

describe('support-inbox.tsx', () => {
  const customers = [
    { address: fresh('bo'), name: 'Bo Berg' },
    { address: fresh('cy'), name: 'Cy Chen' },
  ];

  async function show(width: number) {
    await page.viewport(width, 600);
    const { title } = document;
    onTestFinished(() => void (document.title = title));
    const network = createLoopbackNetwork();
    const agent = fresh('agent');
    const cy = start(network, customers[1]!.address, agent);
    const transport = network.connect(agent);
    const screen = await render(
      <div style={{ height: '500px' }}>
        <SupportInbox transport={transport} customers={customers} />
      </div>,
    );
    return { cy, screen };
  }

  it('the inbox lists customers with their unread messages, and opens the conversation that is chosen', async () => {
    const { cy, screen } = await show(1_200);
    await expect.element(screen.getByText('Choose a conversation.')).toBeVisible();
    cy.sendMessage('My parcel is lost.');
    await expect.poll(() => document.title).toBe('(1) Inbox');
    await userEvent.click(screen.getByRole('option', { name: /Cy Chen.*parcel/ }));
    await userEvent.fill(screen.getByRole('textbox', { name: 'Message Cy Chen' }), 'We look for it.');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => Array.from(cy.messages.order, (id) => cy.messages.get(id)?.body)).toHaveLength(2);
    await expect.element(screen.getByRole('option', { name: /Bo Berg/ })).toBeVisible();
    const [list, chat] = ['.support-inbox-list', '.imflow-chat'].map((part) =>
      screen.container.querySelector(part)!.getBoundingClientRect(),
    );
    expect([list!.height, chat!.height, list!.right <= chat!.left]).toEqual([500, 500, true]);
  });

  it('the inbox shows either the list or the conversation on a narrow page', async () => {
    const { screen } = await show(400);
    onTestFinished(() => page.viewport(1_200, 600));
    await userEvent.click(screen.getByRole('option', { name: /Bo Berg/ }));
    await expect.element(screen.getByRole('textbox', { name: 'Message Bo Berg' })).toBeVisible();
    await expect.element(screen.getByRole('option', { name: /Bo Berg/, includeHidden: true })).not.toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Back' }));
    await expect.element(screen.getByRole('option', { name: /Bo Berg/ })).toBeVisible();
    expect(screen.container.querySelector('textarea')).toBeNull();
  });
});

describe('the theme', () => {
  /** The colours of shadcn's neutral base. */
  const PALETTES = {
    light: {
      background: 'oklch(1 0 0)',
      foreground: 'oklch(0.145 0 0)',
      card: 'oklch(1 0 0)',
      'card-foreground': 'oklch(0.145 0 0)',
      primary: 'oklch(0.205 0 0)',
      'primary-foreground': 'oklch(0.985 0 0)',
      muted: 'oklch(0.97 0 0)',
      border: 'oklch(0.922 0 0)',
      destructive: 'oklch(0.577 0.245 27.325)',
    },
    dark: {
      background: 'oklch(0.145 0 0)',
      foreground: 'oklch(0.985 0 0)',
      card: 'oklch(0.205 0 0)',
      'card-foreground': 'oklch(0.985 0 0)',
      primary: 'oklch(0.922 0 0)',
      'primary-foreground': 'oklch(0.205 0 0)',
      muted: 'oklch(0.269 0 0)',
      border: 'oklch(1 0 0 / 10%)',
      destructive: 'oklch(0.704 0.191 22.216)',
    },
  };

  /** Text and its background, and the smallest contrast between them (WCAG 2.2: 1.4.3 and 1.4.11). */
  const PAIRS = [
    ['text', 'surface', 4.5],
    ['text', 'canvas', 4.5],
    ['muted', 'surface', 4.5],
    ['muted', 'incoming', 4.5],
    ['muted', 'canvas', 4.5],
    ['incoming-text', 'incoming', 4.5],
    ['outgoing-text', 'outgoing', 4.5],
    ['outgoing-muted', 'outgoing', 4.5],
    ['link', 'outgoing', 4.5],
    ['link', 'incoming', 4.5],
    ['on-accent', 'accent', 4.5],
    ['danger', 'surface', 4.5],
    ['warning', 'surface', 4.5],
    ['success', 'surface', 4.5],
    ['read', 'outgoing', 3],
    ['field-line', 'canvas', 3],
    ['field-line', 'surface', 3],
  ] as const;

  const css = Object.entries(manifest.items.find(({ name }) => name === 'imflow-theme')?.css ?? {})
    .map(([selector, rule]) => `${selector} { ${declarations(rule)} }`)
    .join('\n');

  function declarations(rule: Readonly<Record<string, string>>, prefix = ''): string {
    return Object.entries(rule)
      .map(([name, value]) => `${prefix}${name}: ${value};`)
      .join(' ');
  }

  it.each(['light', 'dark'] as const)(
    'the theme gives text and ticks enough contrast on the neutral colours, %s',
    (mode) => {
      const style = document.head.appendChild(document.createElement('style'));
      onTestFinished(() => style.remove());
      style.textContent = `:root { --radius: 0.625rem; ${declarations(PALETTES[mode], '--')} }\n${css}`;
      document.documentElement.classList.toggle('dark', mode === 'dark');
      onTestFinished(() => document.documentElement.classList.remove('dark'));
      const found = PAIRS.map(([front, back, least]) => {
        const contrast = contrastOf(colourOf(front), colourOf(back));
        return contrast >= least ? undefined : `${front} on ${back}: ${contrast.toFixed(2)}`;
      });
      expect(found.filter((each) => each !== undefined)).toEqual([]);
    },
  );

  /** The red, green and blue of a property of the kit, as the browser paints it. */
  function colourOf(property: string): readonly number[] {
    const element = document.body.appendChild(document.createElement('div'));
    element.style.backgroundColor = `var(--imflow-${property})`;
    const { backgroundColor } = getComputedStyle(element);
    element.remove();
    const context = new OffscreenCanvas(1, 1).getContext('2d')!;
    context.fillStyle = backgroundColor;
    context.fillRect(0, 0, 1, 1);
    return Array.from(context.getImageData(0, 0, 1, 1).data).slice(0, 3);
  }

  function contrastOf(front: readonly number[], back: readonly number[]): number {
    const [darker = 0, lighter = 0] = [luminance(front), luminance(back)].toSorted((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  }

  function luminance(colour: readonly number[]): number {
    const [red = 0, green = 0, blue = 0] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
});
