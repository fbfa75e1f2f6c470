import { expect, it, onTestFinished } from 'vitest';
import { render } from 'vitest-browser-react';
import { message } from '../../fixtures/conversation.ts';
import { createConversations } from '../../fixtures/conversations.ts';
import { article, nextFrames, show } from '../../fixtures/render.tsx';
import { Chat, ConversationList } from '../index.ts';

// The page of this file forbids strings as markup from here on, and allows no policy.
const policy = document.createElement('meta');
policy.httpEquiv = 'Content-Security-Policy';
policy.content = "require-trusted-types-for 'script'; trusted-types 'none'";
document.head.append(policy);

const body = '<p>Hello <b>Ana</b> &amp; caf&eacute;</p><script>alert(1)</script>';
const html = message(1, { contentType: 'text/html', body });

it('B233 a page that enforces Trusted Types shows the text of HTML messages, in the list and in previews', async () => {
  expect(() => new DOMParser().parseFromString('<b></b>', 'text/html')).toThrow(TypeError);
  const violations: string[] = [];
  document.addEventListener('securitypolicyviolation', ({ sample }) => violations.push(sample));
  const { bo, log } = await show({ stored: [html], children: <Chat /> });
  expect(article(log, 'Hello').querySelector('.imflow-body')!.textContent).toContain('Hello Ana & café');
  bo.sendMessage('<i>Second</i> message', { contentType: 'text/html' });
  await expect.poll(() => log.textContent).toContain('Second message');
  await expect.poll(() => document.querySelector('[aria-live="polite"]')!.textContent).toContain('Second message');

  const conversations = createConversations({ bo: [html] });
  conversations.start();
  onTestFinished(() => conversations.end());
  const { container } = await render(<ConversationList flows={conversations.flows} onSelect={() => {}} />);
  await expect.poll(() => container.textContent).toContain('Hello Ana & café');

  // Each violation is reported to the owner of the page, so a refused call is not repeated.
  await nextFrames(4);
  const before = violations.length;
  bo.sendMessage('<i>Third</i> message', { contentType: 'text/html' });
  await expect.poll(() => log.textContent).toContain('Third message');
  await nextFrames(4);
  expect(violations.length).toBe(before);
});
