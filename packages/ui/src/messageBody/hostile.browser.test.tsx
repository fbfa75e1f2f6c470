import { FlowProvider } from '@imflow/react';
import type { ReactElement } from 'react';
import { describe, expect, it, onTestFinished } from 'vitest';
import { render } from 'vitest-browser-react';
import { message, startConversation } from '../../fixtures/conversation.ts';
import { createXssMonitor } from '../../fixtures/hostile/xssMonitor.ts';
import { XSS, XSS_VECTORS } from '../../fixtures/hostile/xss.ts';
import { ChatHeader, ChatSettings, Composer, MessageBody, TypingIndicator } from '../index.ts';
import { sanitiseLabel } from '../settings/sanitiseLabel.ts';
import '../styles.css';
import { findLinks } from './links.ts';

const ALLOWED =
  'a abbr b blockquote br cite code dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp small span strike strong sub sup u ul var'.split(
    ' ',
  );

/** The forbidden features of an element of a body: a tag, an attribute, an address. */
function faultsOf(element: Element): string[] {
  const tag = element.localName;
  const faults = ALLOWED.includes(tag) && element.namespaceURI === 'http://www.w3.org/1999/xhtml' ? [] : [`<${tag}>`];
  if (element.shadowRoot) faults.push('a shadow root');
  const allowed = tag === 'a' ? ['href', 'rel', 'target'] : [];
  for (const { name, value } of element.attributes) if (!allowed.includes(name)) faults.push(`${name}="${value}"`);
  if (element.hasAttribute('href')) {
    const { protocol, rel, target, username } = element as HTMLAnchorElement;
    if (!['http:', 'https:', 'mailto:', 'tel:'].includes(protocol) || username)
      faults.push((element as HTMLAnchorElement).href);
    if (rel !== 'noopener noreferrer nofollow' || target !== '_blank') faults.push(`rel="${rel}" target="${target}"`);
  }
  return faults;
}

interface BodiesProps {
  readonly contentType: string;
  readonly bodies: readonly string[];
}

function Bodies({ contentType, bodies }: BodiesProps): ReactElement {
  return (
    <>
      {bodies.map((body, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- they never change
        <section key={index} className="imflow-body">
          <MessageBody message={message(index, { contentType, body })} />
        </section>
      ))}
    </>
  );
}

describe('hostile markup', () => {
  it('B128 there are enough test vectors, and no two are equal', () => {
    expect(XSS_VECTORS.length).toBeGreaterThanOrEqual(300);
    expect(new Set(XSS_VECTORS).size).toBe(XSS_VECTORS.length);
    expect(Object.values(XSS).every((family) => family.length >= 10)).toBe(true);
  });

  it.each([
    '<img src=x onerror=__hit()>',
    '<details open ontoggle=__hit()>',
    '<iframe srcdoc="<script>parent.__hit()</script>"></iframe>',
    '<img src=https://hit.invalid/pixel.gif>',
    '<style>body{background:url(https://hit.invalid/b.png)}</style>',
    '<p style="background:url(https://hit.invalid/c.png)">p</p>',
  ])('B128 without the sanitiser, hostile markup runs: %s', async (vector) => {
    const monitor = createXssMonitor();
    const place = document.body.appendChild(document.createElement('div'));
    onTestFinished(() => place.remove());
    place.innerHTML = vector;
    // Waits for a load that the browser begins late, which the next test would detect otherwise.
    await expect.poll(() => monitor.findings(), { timeout: 10_000 }).not.toEqual([]);
    await monitor.settled();
  });

  it.each(Object.entries(XSS))('B128 in HTML bodies, no hostile markup runs, loads or stays: %s', async (_, bodies) => {
    const monitor = createXssMonitor();
    const { container } = await render(<Bodies contentType="text/html" bodies={[...bodies, '<b>read</b>']} />);
    await expect.poll(() => container.querySelector('section:last-child b')?.textContent).toBe('read');
    await monitor.settled();
    const faults = Array.from(container.querySelectorAll('.imflow-html *')).flatMap(faultsOf);
    expect(faults).toEqual([]);
    // A body without readable text is offered as a file; the others are shown as sanitised HTML or as text.
    expect(container.querySelectorAll('section')).toHaveLength(bodies.length + 1);
    expect(Array.from(container.querySelectorAll('section')).filter((each) => each.textContent.trim() === '')).toEqual(
      [],
    );
    expect(
      container.querySelectorAll(
        ':not(section, .imflow-text, .imflow-html, .imflow-html *, .imflow-file, .imflow-file *, .imflow-more, a)',
      ),
    ).toHaveLength(0);
    expect(monitor.findings()).toEqual([]);
  });

  it.each(Object.entries(XSS))(
    'B128 in plain text, hostile markup is shown as it is written: %s',
    async (_, bodies) => {
      const monitor = createXssMonitor();
      const { container } = await render(<Bodies contentType="text/plain" bodies={bodies} />);
      await monitor.settled();
      expect(Array.from(container.querySelectorAll('section'), (section) => section.textContent)).toEqual(bodies);
      const elements = Array.from(container.querySelectorAll('section *'));
      expect(elements.filter(({ localName }) => localName !== 'a')).toEqual([]);
      const faults = elements.flatMap(faultsOf).filter((fault) => fault !== 'dir="ltr"');
      expect(faults).toEqual([]);
      expect(monitor.findings()).toEqual([]);
    },
  );

  it.each(Object.entries(XSS))(
    'B128 hostile markup that is an address, or stands after one, becomes no link: %s',
    async (_, vectors) => {
      const monitor = createXssMonitor();
      const links = vectors.flatMap((vector) => {
        const quoted = vector.replaceAll('"', '&quot;');
        return [`<a href="${quoted}">a</a>`, `<a href='${vector}'>a</a>`, `<a href=${vector}>a</a>`];
      });
      const texts = vectors.flatMap((vector) => [
        `https://a.example/${vector}`,
        `www.a.example?${vector}`,
        `${vector}@a.example`,
      ]);
      const html = await render(<Bodies contentType="text/html" bodies={[...links, '<b>read</b>']} />);
      await expect.poll(() => html.container.querySelector('section:last-child b')?.textContent).toBe('read');
      const plain = await render(<Bodies contentType="text/plain" bodies={texts} />);
      await monitor.settled();
      expect(Array.from(html.container.querySelectorAll('.imflow-html *')).flatMap(faultsOf)).toEqual([]);
      const elements = Array.from(plain.container.querySelectorAll('section *'));
      expect(elements.flatMap(faultsOf).filter((fault) => fault !== 'dir="ltr"')).toEqual([]);
      expect(elements.length).toBeGreaterThanOrEqual(texts.filter((text) => findLinks(text).length > 1).length);
      expect(monitor.findings()).toEqual([]);
    },
  );

  it('B128 in names, hostile markup is shown as it is written', async () => {
    const monitor = createXssMonitor();
    const conversation = startConversation();
    const { container } = await render(
      <FlowProvider flow={conversation.ana}>
        {XSS_VECTORS.map((name) => (
          <ChatSettings key={name} names={{ bo: name }}>
            <ChatHeader />
            <TypingIndicator />
            <Composer />
          </ChatSettings>
        ))}
      </FlowProvider>,
    );
    await expect.poll(() => conversation.ana.store.getState().connection).toBe('online');
    conversation.bo.setLocalComposingState('composing');
    await expect.poll(() => container.querySelectorAll('.imflow-dots').length).toBe(XSS_VECTORS.length);
    await monitor.settled();
    const shown = XSS_VECTORS.map(sanitiseLabel);
    const textsOf = (selector: string): (string | null)[] =>
      Array.from(container.querySelectorAll(selector), (element) => element.textContent);
    expect(textsOf('.imflow-title > strong')).toEqual(shown);
    expect(textsOf('.imflow-typing > span:last-child')).toEqual(shown.map((name) => `${name} is typing…`));
    expect(Array.from(container.querySelectorAll('textarea'), (box) => box.ariaLabel)).toEqual(
      shown.map((name) => `Message ${name}`),
    );
    expect(
      container.querySelectorAll('img, iframe, script, style, object, embed, a, form form, [onerror], [onload]'),
    ).toHaveLength(0);
    expect(monitor.findings()).toEqual([]);
    conversation.end();
  });
});
