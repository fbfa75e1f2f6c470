import { describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import { OPEN } from '../../fixtures/everything.tsx';
import { PLACES, type Place, renderHostPage, stylesOfKit } from '../../fixtures/hostPage.tsx';
import { HOST_SHEETS } from '../../fixtures/hostSheets.ts';
import { differences, type ElementStyles, stylesOf } from '../../fixtures/elementStyles.ts';

/** The styles of the chats without the list of conversations, whose unread state depends on which element had the focus. */
function chatStyles(frame: Element): ElementStyles {
  return Array.from(frame.querySelectorAll('.imflow-chat')).flatMap(stylesOf);
}

describe.each(Object.keys(PLACES) as Place[])('in %s', (place) => {
  it.each(OPEN)(
    'B200 with %s, the kit looks as on an empty page, whatever style sheet the page has',
    async (open) => {
      const { frame, add } = await renderHostPage(place, undefined, undefined, open);
      const before = stylesOfKit(frame);
      const found: Record<string, string[]> = {};
      for (const [name, css] of Object.entries(HOST_SHEETS)) {
        // The order of the style sheets matters for layers only.
        for (const where of css.includes('@layer') ? (['before', 'after'] as const) : (['after'] as const)) {
          const remove = add(css, where);
          const differing = differences(before, stylesOfKit(frame));
          if (differing.length > 0) found[`${name}, ${where}`] = differing;
          remove();
        }
      }
      expect(found).toEqual({});
    },
    120_000,
  );
});

/** One declaration of each kind, none of which is the kit's own. */
const MINE = {
  'background-color': 'rgb(1, 2, 3)',
  color: 'rgb(4, 5, 6)',
  'padding-top': '17px',
  'margin-top': '19px',
  'border-top-left-radius': '23px',
  'letter-spacing': '29px',
  'z-index': '31',
};
const MINE_CSS = Object.entries(MINE)
  .map(([property, value]) => `${property}: ${value}`)
  .join('; ');

/** The declarations that do not apply to an element. */
function lost(element: Element): string[] {
  const style = getComputedStyle(element);
  return Object.entries(MINE)
    .filter(([property, value]) => style.getPropertyValue(property) !== value)
    .map(([property]) => property);
}

describe('a class of the application', () => {
  it.each(['before', 'after'] as const)(
    'B201 one class of the application overrides the kit on every element with a class: %s',
    async (where) => {
      const { frame, add } = await renderHostPage('the document');
      const names = new Set(Array.from(frame.querySelectorAll('[class]'), ({ classList }) => classList[0]!));
      // Its height is measured by the kit.
      names.delete('imflow-rows');
      expect(names.size).toBeGreaterThan(40);
      const failures: Record<string, string[]> = {};
      for (const name of names) {
        const remove = add(`.${name} { ${MINE_CSS} }`, where);
        const properties = new Set(Array.from(frame.getElementsByClassName(name)).flatMap(lost));
        if (properties.size > 0) failures[name] = [...properties];
        remove();
      }
      expect(failures).toEqual({});
    },
  );

  it('B201 a class of the application on an element of the kit overrides the kit in every state', async () => {
    const { frame, add } = await renderHostPage('the document');
    const remove = add(`.mine { ${MINE_CSS} }`, 'before');
    const controls = Array.from(frame.querySelectorAll<HTMLElement>('.imflow-send, .imflow-textbox, .imflow-jump'));
    for (const control of controls) {
      control.classList.add('mine');
      if (!control.matches(':disabled')) await userEvent.hover(control);
      control.focus();
      expect([control.className, lost(control)]).toEqual([control.className, []]);
    }
    remove();
  });
});

it('B206 in a cascade layer, the kit yields to utilities of a later layer, and overrides those of an earlier one', async () => {
  const { frame: bare } = await renderHostPage('an iframe');
  const before = chatStyles(bare);
  const { frame, add } = await renderHostPage(
    'an iframe',
    undefined,
    (css) => `@layer base, components, utilities;
    @layer components { ${css} }`,
  );
  add(
    '@layer base { *, ::before, ::after { margin: 0; padding: 0; border: 0; font: inherit } button { background: none } }',
    'after',
  );
  expect(differences(before, chatStyles(frame))).toEqual([]);
  add(`@layer utilities { .mine { ${MINE_CSS} } }`, 'after');
  const bubble = frame.querySelector('.imflow-bubble')!;
  bubble.classList.add('mine');
  expect(lost(bubble)).toEqual([]);
});

it('B202 every element of the kit has a class of the kit, for its rules and those of applications', async () => {
  const { frame } = await renderHostPage('the document');
  const bare = Array.from(frame.querySelectorAll('*')).filter(
    (element) =>
      !/(?:^| )imflow-/.test(element.getAttribute('class') ?? '') &&
      !element.matches('svg *, .imflow-html *, .imflow-body a, .imflow-file > em'),
  );
  expect(bare.map((element) => element.outerHTML.slice(0, 80))).toEqual([]);
});

it('B202 no button has a `type` attribute, which style sheets of pages select with the weight of a class', async () => {
  const { frame } = await renderHostPage('the document');
  expect(frame.querySelectorAll('button').length).toBeGreaterThan(5);
  // The file input needs its type, and is never shown.
  const typed = frame.querySelectorAll('[type]:not(.imflow-picker)');
  expect(Array.from(typed, ({ outerHTML }) => outerHTML)).toEqual([]);
  // No button submits a form around it. The composer itself is no form.
  expect(Array.from(frame.querySelectorAll('button')).filter(({ form }) => form !== null)).toEqual([]);
});

it('B203 a hovered or focused control looks as on an empty page', async () => {
  const { frame, add } = await renderHostPage('the document');
  const pressed = ['button', 'a'].flatMap((name) => [`${name}:hover`, `${name}:active`]).join();
  const css = `${pressed} { background: red; color: red; border-color: red; opacity: 0.3; box-shadow: 0 0 9px red;
    transform: translateY(-2px); text-decoration: underline dotted red; filter: invert(1); cursor: help }
    button:focus, a:focus, textarea:focus { outline: 9px dotted red }
    button:focus, textarea:focus { border-color: red; box-shadow: 0 0 0 4px red }`;
  for (const selector of ['.imflow-jump', '.imflow-body a', '.imflow-failure > .imflow-button', '.imflow-textbox']) {
    const control = frame.querySelector<HTMLElement>(selector)!;
    control.focus();
    await userEvent.hover(control, { force: true });
    const before = stylesOf(control);
    const remove = add(css, 'after');
    expect([selector, differences(before, stylesOf(control))]).toEqual([selector, []]);
    remove();
  }
});

it.each([undefined, 'light', 'dark'])(
  'B204 the kit looks the same in a shadow root and outside, also with a theme of its own: %s',
  async (theme) => {
    const { frame: outside } = await renderHostPage('the document', theme);
    const before = chatStyles(outside);
    document.body.style.cssText =
      'line-height: 3; letter-spacing: 3px; text-align: center; font-style: italic; text-transform: uppercase';
    onTestFinished(() => document.body.removeAttribute('style'));
    const { frame: inside } = await renderHostPage('a shadow root', theme);
    expect(differences(before, chatStyles(inside))).toEqual([]);
  },
);

/** Inherited properties that change how a text or a picture looks, each with a value that is not its initial one. */
const INHERITED = {
  '-webkit-text-fill-color': 'red',
  '-webkit-text-security': 'disc',
  '-webkit-text-stroke': '3px red',
  '-webkit-user-modify': 'read-write',
  'accent-color': 'red',
  'caret-color': 'red',
  cursor: 'crosshair',
  'font-feature-settings': '"smcp"',
  'font-kerning': 'none',
  'font-optical-sizing': 'none',
  'font-palette': 'dark',
  'font-size-adjust': '0.9',
  'font-stretch': '50%',
  'font-synthesis': 'none',
  'font-variant': 'small-caps',
  'font-variation-settings': '"wght" 900',
  'hyphenate-character': '"="',
  hyphens: 'auto',
  'image-orientation': 'none',
  'image-rendering': 'pixelated',
  'letter-spacing': '3px',
  'line-break': 'anywhere',
  'line-height': '3',
  'list-style': 'square inside',
  'overflow-wrap': 'anywhere',
  'paint-order': 'stroke',
  quotes: '"<" ">"',
  'ruby-position': 'under',
  'tab-size': '1',
  'text-align': 'center',
  'text-align-last': 'right',
  'text-autospace': 'normal',
  'text-decoration-skip-ink': 'none',
  'text-emphasis': 'dot red',
  'text-indent': '40px',
  'text-rendering': 'geometricPrecision',
  'text-shadow': '1px 1px red',
  'text-spacing-trim': 'space-all',
  'text-transform': 'uppercase',
  'text-underline-offset': '9px',
  'text-underline-position': 'under',
  'text-wrap': 'balance',
  'user-select': 'none',
  'white-space': 'pre',
  'word-break': 'break-all',
  'word-spacing': '30px',
  'writing-mode': 'vertical-rl',
};

it.each(['the document', 'a shadow root'] as const)(
  'B204 no property that the kit inherits from the elements around it changes a text in it, in %s',
  async (place) => {
    const { frame } = await renderHostPage(place);
    onTestFinished(() => document.body.removeAttribute('style'));
    const texts = Array.from(frame.querySelectorAll('.imflow-body, .imflow-name, .imflow-time, .imflow-title'));
    expect(texts.length).toBeGreaterThan(5);
    const leaking: string[] = [];
    for (const [property, value] of Object.entries(INHERITED)) {
      const values = (): string[] => texts.map((text) => getComputedStyle(text).getPropertyValue(property));
      const before = values();
      document.body.style.setProperty(property, value);
      if (values().join(' ') !== before.join(' ')) leaking.push(property);
      document.body.removeAttribute('style');
    }
    expect(leaking).toEqual([]);
  },
);
