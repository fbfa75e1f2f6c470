import type { MessageStatus } from '@imflow/react';
import { afterEach, describe, expect, it } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { contrast, groundOf } from '../../fixtures/contrast.ts';
import { frameOf, showState, STATE_NAMES } from '../../fixtures/allStates.tsx';
import {
  cutOff,
  enlargeText,
  nameOf,
  overlapping,
  setPageFontSize,
  sticksOut,
  textSizes,
  tooSmall,
} from '../../fixtures/layout.ts';
import { nextFrames, show } from '../../fixtures/render.tsx';
import { DeliveryTicks } from '../index.ts';
import { ar } from '../translations/ar.ts';
import { de } from '../translations/de.ts';

async function emulate(features: Readonly<Record<string, string>>): Promise<void> {
  await cdp().send('Emulation.setEmulatedMedia', {
    features: Object.entries(features).map(([name, value]) => ({ name, value })),
  });
}

afterEach(() => emulate({}));
afterEach(() => setPageFontSize());

const LANGUAGES = { English: {}, German: { translations: de }, Arabic: { translations: ar } };
const IN = Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[];

describe.each(STATE_NAMES)('%s', (state) => {
  // WCAG 2.2, 1.4.10: 320 px is a window of 1280 px at 400 %.
  it.each(IN)('in %s at a width of 320 px, nothing is cut off and nothing overflows', async (language) => {
    const { screen } = await showState(state, { width: 320, ...LANGUAGES[language] });
    await nextFrames(4);
    expect({ out: sticksOut(screen.container), cut: cutOff(screen.container) }).toEqual({ out: [], cut: [] });
    expect(document.documentElement.scrollWidth).toBe(320);
  });

  // WCAG 2.2, 1.4.4
  it.each(IN)('in %s with texts of twice the size, nothing is cut off and nothing overflows', async (language) => {
    const { screen } = await showState(state, { width: 640, height: 2_000, ...LANGUAGES[language] });
    enlargeText(screen.container, 2);
    await nextFrames(4);
    expect({ out: sticksOut(screen.container), cut: cutOff(screen.container) }).toEqual({ out: [], cut: [] });
  });

  // WCAG 2.2, 1.4.4 and 1.4.10 together: a user who sets the font size of the browser to 32 px, on a small screen.
  it.each(IN)(
    'in %s at a width of 320 px, with a page font of 32 px, nothing is cut off or covered',
    async (language) => {
      setPageFontSize('32px');
      const { screen } = await showState(state, { width: 320, height: 2_400, ...LANGUAGES[language] });
      await nextFrames(4);
      const { container } = screen;
      expect({
        out: sticksOut(container),
        cut: cutOff(container),
        covered: overlapping(container),
      }).toEqual({ out: [], cut: [], covered: [] });
      expect(document.documentElement.scrollWidth).toBe(320);
    },
  );

  it('texts follow the font size of the page', async () => {
    const { screen } = await showState(state, { width: 640, height: 2_400 });
    const before = textSizes(screen.container);
    setPageFontSize('32px');
    await nextFrames(4);
    const after = textSizes(screen.container);
    const grown = [...before].filter(([element]) => after.has(element));
    expect(grown.length).toBeGreaterThan(3);
    const others = grown
      .filter(([element, size]) => after.get(element) !== 2 * size)
      .map(([element]) => nameOf(element).split(':')[0]);
    // Initials are part of a picture, which grows less.
    expect(new Set(others)).toEqual(new Set(['imflow-avatar']));
  });

  it('B130 every control is 24 px high and wide or more', async () => {
    const { screen } = await showState(state, { width: 320 });
    expect(tooSmall(screen.container)).toEqual([]);
  });

  it('with reduced motion, nothing moves', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' });
    await showState(state);
    const moving = document.getAnimations().filter(({ effect }) => {
      const { keyframes, lasts } = motionOf(effect as KeyframeEffect);
      return lasts || keyframes.some((name) => name !== 'opacity' && name !== 'backgroundColor');
    });
    expect(moving).toEqual([]);
  });

  it('in a window 350 px high, the messages keep their room while a long text is written', async () => {
    const { screen, log } = await showState(state, { width: 400, height: 350 });
    frameOf(screen.container).style.blockSize = '350px';
    await userEvent.fill(screen.getByRole('textbox'), 'A line\n'.repeat(20));
    await nextFrames(4);
    expect(log.clientHeight).toBeGreaterThanOrEqual(80);
    await expect.element(screen.getByRole('textbox')).toBeInViewport({ ratio: 1 });
  });

  it('in a window 256 px high, the messages have room and the composer is visible', async () => {
    const { screen, log } = await showState(state, { width: 320, height: 256 });
    frameOf(screen.container).style.blockSize = '256px';
    await nextFrames(4);
    expect(log.clientHeight).toBeGreaterThanOrEqual(80);
    await expect.element(screen.getByRole('textbox')).toBeInViewport({ ratio: 1 });
  });
});

it('in a narrow chat of a wide window, the notices of the composer cover no message', async () => {
  setPageFontSize('32px');
  const { screen, log, network } = await show();
  await page.viewport(1_280, 720);
  network.setOnline('ana', false);
  const note = screen.container.querySelector('.imflow-note')!;
  await expect.poll(() => note.textContent).toContain('later');
  await nextFrames(4);
  expect(note.getBoundingClientRect().top).toBeGreaterThanOrEqual(log.getBoundingClientRect().bottom);
});

it('where --imflow-px is set, texts follow it instead of the font size of the page', async () => {
  const { screen } = await showState('with the connection');
  const before = textSizes(screen.container);
  setPageFontSize('62.5%');
  screen.container.style.setProperty('--imflow-px', '0.1rem');
  expect(textSizes(screen.container)).toEqual(before);
});

function motionOf(effect: KeyframeEffect): { readonly keyframes: readonly string[]; readonly lasts: boolean } {
  const keyframes = effect.getKeyframes().flatMap((frame) => Object.keys(frame));
  return {
    keyframes: keyframes.filter((name) => !['offset', 'computedOffset', 'easing', 'composite'].includes(name)),
    lasts: effect.getComputedTiming().iterations === Infinity,
  };
}

it('without reduced motion, the dots move', async () => {
  await showState('with the connection');
  const lasting = document.getAnimations().filter(({ effect }) => motionOf(effect as KeyframeEffect).lasts);
  expect(lasting).toHaveLength(3);
});

describe('with forced colours', () => {
  const STATUSES: readonly MessageStatus[] = [
    'queued',
    'sending',
    'sent',
    'delivered',
    'displayed',
    'undeliverable',
    'failed',
  ];

  it.each(['light', 'dark'])('with forced colours, ticks differ and have contrast: %s', async (scheme) => {
    await emulate({ 'forced-colors': 'active', 'prefers-color-scheme': scheme });
    const { screen } = await show({
      children: (
        <p style={{ background: 'Canvas' }}>
          {STATUSES.map((status) => (
            <DeliveryTicks key={status} status={status} style={{ padding: 4 }} />
          ))}
        </p>
      ),
    });
    await nextFrames(30);
    const ticks = Array.from(screen.container.querySelectorAll('.imflow-ticks'));
    const pictures = await Promise.all(ticks.map((element) => page.screenshot({ element, save: false })));
    // `queued` and `sending` have the same icon.
    expect(new Set(pictures).size).toBe(STATUSES.length - 1);
    for (const path of screen.container.querySelectorAll('path')) {
      expect(contrast(getComputedStyle(path).stroke, groundOf(path))).toBeGreaterThanOrEqual(3);
    }
    const strokeOf = (status: string): string =>
      getComputedStyle(screen.container.querySelector(`[data-status='${status}'] path`)!).stroke;
    expect(strokeOf('read')).not.toBe(strokeOf('delivered'));
  });

  it('elements that differ only by their background have an edge in forced colours', async () => {
    await emulate({ 'forced-colors': 'active' });
    const { screen } = await showState('away from the end');
    for (const part of ['avatar', 'bubble', 'jump', 'send', 'textbox']) {
      const { borderStyle, borderWidth } = getComputedStyle(screen.container.querySelector(`.imflow-${part}`)!);
      expect([part, borderStyle, borderWidth]).toEqual([part, 'solid', '1px']);
    }
    const badge = screen.container.querySelector('.imflow-jump > span')!;
    const { outlineColor, outlineStyle } = getComputedStyle(badge);
    expect(outlineStyle).toBe('solid');
    expect(contrast(outlineColor, groundOf(badge))).toBeGreaterThanOrEqual(3);
  });

  it('with forced colours, the line before unread messages and the dot of the banner are visible', async () => {
    await emulate({ 'forced-colors': 'active' });
    const { screen } = await showState('without the connection');
    const { container } = screen;
    const [line, banner] = ['.imflow-unread', '.imflow-banner > span'].map((part) => container.querySelector(part)!);
    expect(contrast(getComputedStyle(line!, '::before').borderBlockStartColor, groundOf(line!))).toBeGreaterThanOrEqual(
      3,
    );
    expect(
      contrast(getComputedStyle(banner!, '::before').borderBlockStartColor, groundOf(banner!)),
    ).toBeGreaterThanOrEqual(3);
  });

  it('with forced colours, the focused element has a ring', async () => {
    await emulate({ 'forced-colors': 'active' });
    const { screen } = await showState('with the connection');
    await userEvent.tab();
    for (const element of screen.container.querySelectorAll<HTMLElement>('a, button:enabled, textarea, [tabindex]')) {
      element.focus();
      const { outlineColor, outlineStyle } = getComputedStyle(element);
      expect(outlineStyle).toBe('solid');
      expect(contrast(outlineColor, groundOf(element.parentElement))).toBeGreaterThanOrEqual(3);
    }
  });
});
