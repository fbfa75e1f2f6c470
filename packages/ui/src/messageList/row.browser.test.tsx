import type { ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import { message } from '../../fixtures/conversation.ts';
import { article, nextFrames, show } from '../../fixtures/render.tsx';
import { MessageList } from '../index.ts';

/** The fields of React's internal tree that are read here. */
interface Fiber {
  readonly elementType: unknown;
  readonly tag: number;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly return: Fiber | null;
}

/** The tags of function components, classes, forwarded refs and memoised components. */
const COMPONENTS = new Set([0, 1, 11, 14, 15]);

function fiberOf(element: Element): Fiber {
  const key = Object.keys(element).find((name) => name.startsWith('__reactFiber$'))!;
  return (element as unknown as Record<string, Fiber>)[key]!;
}

/** The fiber of the list item that contains an element. */
function itemOf(element: Element): Fiber {
  let fiber: Fiber | null = fiberOf(element);
  while (fiber && fiber.elementType !== MessageList.Item) fiber = fiber.return;
  return fiber!;
}

function componentsIn({ tag, child }: Fiber): number {
  let count = Number(COMPONENTS.has(tag));
  for (let below = child; below; below = below.sibling) count += componentsIn(below);
  return count;
}

/** The components of a row, and the elements of its message. */
function costOf(log: HTMLElement, text: string): { readonly components: number; readonly elements: number } {
  const element = article(log, text);
  return { components: componentsIn(itemOf(element)), elements: 1 + element.querySelectorAll('*').length };
}

const AT = new Date(2026, 2, 12, 9, 41).getTime();

describe('the components of a row', () => {
  it('B123 a row is one component, and an own one has one more for its details', async () => {
    const own = { direction: 'outgoing', at: AT } as const;
    const { bo, log } = await show({
      strict: false,
      stored: [
        message(1, { at: AT - 86_400_000, body: 'Of another day' }),
        message(2, { at: AT, body: 'Received' }),
        message(3, { at: AT, body: 'With https://example.org/ in it' }),
        message(4, { ...own, body: 'Own', status: 'displayed' }),
        message(5, { at: AT, body: '<b>Bold</b>', contentType: 'text/html' }),
      ],
    });
    await expect.poll(() => log.querySelector('b')).not.toBeNull();
    bo.sendMessage('Not read yet');
    await expect.poll(() => log.textContent).toContain('Not read yet');
    expect(costOf(log, 'Received')).toEqual({ components: 1, elements: 7 });
    expect(costOf(log, 'Not read yet')).toEqual({ components: 1, elements: 8 });
    expect(costOf(log, 'Own')).toEqual({ components: 2, elements: 12 });
    expect(costOf(log, 'https://example.org/')).toEqual({ components: 2, elements: 8 });
  });
});

describe('changes by a tick', () => {
  it('B123 a tick changes the state of its message, and the icon and the text of its status', async () => {
    const { ana, bo, log } = await show({ strict: false, stored: [message(1), message(2)] });
    const { id } = ana.sendMessage('Did you see it?');
    await expect.poll(() => article(log, 'Did you see it?').textContent).toContain('Delivered');
    await nextFrames(10);
    const changes: string[] = [];
    const observer = new MutationObserver((records) => {
      for (const { target, type, attributeName } of records) {
        const element = target instanceof Element ? target : target.parentElement!;
        const own = element.closest('[data-message]')?.getAttribute('data-message') === id;
        changes.push(`${own ? '' : 'elsewhere: '}${element.localName} ${attributeName ?? type}`);
      }
    });
    observer.observe(log, { subtree: true, childList: true, attributes: true, characterData: true });
    bo.markDisplayed(id);
    await expect.poll(() => article(log, 'Did you see it?').textContent).toContain('Read');
    await nextFrames(10);
    observer.disconnect();
    // Delivered and read have the same icon.
    expect(changes.toSorted()).toEqual(['article data-status', 'span characterData', 'span data-status', 'span title']);
  });

  it('B123 a tick renders no neighbour, though neighbours read the message', async () => {
    const rendered: unknown[] = [];
    const render = (props: object): ReactElement => {
      rendered.push((props as Record<string, unknown>)['data-message']);
      return <article {...props} />;
    };
    const { ana, bo, log } = await show({
      strict: false,
      stored: [message(1), message(2)],
      children: (
        <MessageList.Root>
          <MessageList.Viewport>
            <MessageList.Items>{(row) => <MessageList.Item {...row} render={render} />}</MessageList.Items>
          </MessageList.Viewport>
        </MessageList.Root>
      ),
    });
    const first = ana.sendMessage('First');
    ana.sendMessage('Second');
    await expect.poll(() => article(log, 'Second').textContent).toContain('Delivered');
    await nextFrames(10);
    rendered.length = 0;
    bo.markDisplayed(first.id);
    await expect.poll(() => article(log, 'First').textContent).toContain('Read');
    await nextFrames(10);
    expect(rendered).toEqual([first.id]);
  });
});
