import type { MessageRecord } from '@imflow/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, waitFor } from 'storybook/test';
import { message } from '../../fixtures/conversation.ts';
import { StoryFrame } from '../../fixtures/StoryFrame.tsx';
import { MessageList } from '../messageList/MessageList.tsx';
import { ChatSettings } from '../settings/ChatSettings.tsx';
import { MessageBody } from './MessageBody.tsx';
import type { MessageRenderers } from './renderers.ts';

const meta = {
  title: 'Components/MessageBody',
  component: MessageBody,
  parameters: { layout: 'fullscreen' },
  args: { message: message(1) },
} satisfies Meta<typeof MessageBody>;

export default meta;
type Story = StoryObj<typeof meta>;

type Body = string | Partial<MessageRecord>;

/** Bodies in a list, alternately from Bo and from Ana. */
const storyOf = (bodies: readonly Body[], rest: Story = {}, renderers: MessageRenderers = {}): Story => ({
  render: () => (
    <StoryFrame
      stored={bodies.map((body, index) =>
        message(index + 1, {
          direction: index % 2 === 0 ? 'incoming' : 'outgoing',
          ...(typeof body === 'string' ? { body } : body),
        }),
      )}
      width={420}
      height={620}
    >
      <ChatSettings renderers={renderers}>
        <MessageList />
      </ChatSettings>
    </StoryFrame>
  ),
  ...rest,
});

const html = (body: string): Body => ({ contentType: 'text/html', body });

/** Web and mail addresses become links, without the punctuation around them. Unsafe addresses stay text. */
export const Links: Story = storyOf(
  [
    'See https://example.org/a_(b)?q=1#here, www.example.org, or write to ana@example.org.',
    '(https://example.org/in/brackets) and “https://example.org/in/quotes”',
    'These are text: javascript:alert(1) https://bank.example@evil.example/ ASP.NET',
    'An address of other letters is shown as it is written: https://bücher.example/',
    `A long one: https://example.org/${'and/so/on/'.repeat(20)}`,
  ],
  {
    play: async ({ canvas }) => {
      const links = await canvas.findAllByRole('link');
      await expect(links.map((link) => link.textContent)).toContain('www.example.org');
      for (const link of links) await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    },
  },
);

/** One to three emoji and nothing else are large. */
export const Emoji: Story = storyOf(['😀', '👩‍👩‍👧‍👦 🇩🇪 ❤️', '👍🏽👍🏽👍🏽', '😀😀😀😀', 'Nice 😀', '1️⃣', '123']);

/** HTML keeps its formatting, lists, quotes, code and links, and nothing else. */
export const Html: Story = storyOf(
  [
    html('<p>Some <b>bold</b>, <em>italic</em>, <u>underlined</u>, <s>struck</s> and <mark>marked</mark> words.</p>'),
    html('<h2>To bring</h2><ul><li>Fruit</li><li>Cake<ol><li>with nuts</li><li>without</li></ol></li></ul>'),
    html('<blockquote>Are we still on?</blockquote><p>Yes! H<sub>2</sub>O, E = mc<sup>2</sup></p>'),
    html('<p>Run <code>npm start</code>:</p><pre><code>const answer = 42;\nconsole.log(answer);</code></pre>'),
    html(
      '<p>The <a href="https://example.org/">timetable</a>, or <a href="mailto:ana@example.org">write to me</a></p>',
    ),
  ],
  {
    play: async ({ canvas }) => {
      const bold = await waitFor(() => canvas.getByText('bold'));
      await expect(bold.tagName).toBe('B');
      await expect(await canvas.findByRole('link', { name: 'timetable' })).toHaveAttribute('target', '_blank');
    },
  },
);

export const HtmlDark: Story = { ...Html, globals: { theme: 'dark' } };

/** Unsafe links are removed. A link whose text names a different address shows its target. */
export const HostileHtml: Story = storyOf(
  [
    html('<img src=x onerror="alert(1)" alt="A picture">, told by its text<script>alert(1)</script>'),
    html(
      '<p style="position:fixed;inset:0;background:red" class="imflow-jump" id="root" onclick="alert(1)">No style</p>',
    ),
    html('<a href="https://evil.example/login">www.bank.example</a> and <a href="javascript:alert(1)">this</a>'),
    html('<form action="https://evil.example"><input name="password"><button>Send</button></form>'),
    html('<iframe src="https://evil.example"></iframe>'),
  ],
  {
    play: async ({ canvas, canvasElement }) => {
      await canvas.findByRole('link', { name: 'www.bank.example (evil.example)' });
      await expect(canvasElement.querySelectorAll('img, script, form, iframe, [style*="red"], #root p')).toHaveLength(
        0,
      );
    },
  },
);

/** Each paragraph has its own direction. */
export const HtmlRightToLeft: Story = storyOf(
  [
    html('<p>שלום! מה שלומך היום?</p><p>This one is in English.</p><ul><li>אחת</li><li>שתיים</li></ul>'),
    html('<blockquote>אני בסדר גמור, תודה.</blockquote><p>ואתה?</p>'),
  ],
  { globals: { direction: 'rtl' } },
);

/** Shows the type of content that cannot be shown, with a button that saves it; nothing opens it. */
export const Unsupported: Story = storyOf(
  [
    { contentType: 'image/png', body: 'x'.repeat(12_400) },
    { contentType: 'audio/ogg; codecs=opus', body: 'x'.repeat(1_240_000) },
    { contentType: 'application/vnd.example', body: '{}' },
    html('<script>alert(1)</script>'),
  ],
  {
    play: async ({ canvas }) => {
      await waitFor(() => expect(canvas.getByText('Picture, 12.4 kilobytes')).toBeVisible());
      await expect(canvas.getByText('Sound, 1.2 megabytes')).toBeVisible();
      await expect(await canvas.findAllByRole('button', { name: 'Download' })).toHaveLength(4);
    },
  },
);

export const UnsupportedDark: Story = { ...Unsupported, globals: { theme: 'dark' } };

/** A renderer for one type, for all types of a kind, and for all unknown types. */
export const Renderers: Story = storyOf(
  [
    { contentType: 'application/vnd.acme.card+json; v=1', body: '{"title":"Lunch","when":"12:30"}' },
    { contentType: 'image/png', body: '' },
    { contentType: 'application/pdf', body: '' },
    'Text is still text',
  ],
  {},
  {
    'application/vnd.acme.card+json': ({ message: { body } }) => {
      const { title, when } = JSON.parse(body) as { title: string; when: string };
      return (
        <>
          <strong>{title}</strong> at {when}
        </>
      );
    },
    'image/*': () => <>🖼 A picture</>,
    '*/*': ({ message: { contentType } }) => <>📎 {contentType}</>,
  },
);

/** A renderer that throws is replaced by the row for unsupported content. The other messages are not affected. */
export const FailingRenderer: Story = storyOf(
  ['Before', { contentType: 'application/vnd.acme.card+json', body: 'not JSON' }, 'After'],
  {
    play: async ({ canvas }) => {
      const row = 'This message cannot be shown here (application/vnd.acme.card+json).';
      await waitFor(() => expect(canvas.getByText(row)).toBeVisible());
      await expect(canvas.getByText('Before')).toBeVisible();
      await expect(canvas.getByText('After')).toBeVisible();
    },
  },
  {
    'application/vnd.acme.card+json': ({ message: { body } }) => <b>{(JSON.parse(body) as { title: string }).title}</b>,
  },
);

/** Only the beginning of a long text is shown, and more on request. */
export const Long: Story = storyOf(
  [Array.from({ length: 120 }, (_, index) => `Line ${index + 1} of a long story.`).join('\n')],
  {
    play: async ({ canvas, canvasElement }) => {
      (await canvas.findByRole('button', { name: 'Show more' })).focus();
      await userEvent.keyboard('{Enter}');
      await waitFor(() => expect(canvasElement.textContent).toContain('Line 120'));
      await expect(canvas.getByRole('button', { name: 'Show less' })).toHaveFocus();
      await userEvent.keyboard('{Enter}');
      await waitFor(() => expect(canvasElement.textContent).not.toContain('Line 120'));
    },
  },
);

/** Long words, stacked marks, changed directions and code stay in their bubble. */
export const InTheirPlace: Story = storyOf([
  'Donaudampfschifffahrtsgesellschaft'.repeat(8),
  `Piled: e${'\u0301'.repeat(40)} o${'\u0323'.repeat(40)}`,
  'Turned: \u202Eabc def \u2067ghi',
  html(`<pre><code>${'const value = 42; '.repeat(20)}</code></pre>`),
  html(`${'<blockquote>'.repeat(12)}Deep`),
  { at: 1e300, body: 'Sent at a time that no calendar knows' },
]);
