import { expect, it, onTestFinished } from 'vitest';
import { render } from 'vitest-browser-react';
import { message } from '../../fixtures/conversation.ts';
import { createConversations } from '../../fixtures/conversations.ts';
import { nextFrames, show } from '../../fixtures/render.tsx';
import { Chat, ConversationList } from '../index.ts';

// The page of this file enforces Trusted Types from here on, and allows the policies that the guide names.
const policy = document.createElement('meta');
policy.httpEquiv = 'Content-Security-Policy';
policy.content = "require-trusted-types-for 'script'; trusted-types imflow dompurify";
document.head.append(policy);

const body = '<p>Hello <b>Ana</b> &amp; caf&eacute;</p><script>alert(1)</script>';

it('B309 a page that allows the two policies of the kit shows HTML messages with their formatting, without a violation', async () => {
  expect(() => new DOMParser().parseFromString('<b></b>', 'text/html')).toThrow(TypeError);
  // A violation is reported in a separate task.
  await nextFrames(4);
  const violations: string[] = [];
  document.addEventListener('securitypolicyviolation', ({ sample }) => violations.push(sample));
  const { bo, log } = await show({ stored: [message(1, { contentType: 'text/html', body })], children: <Chat /> });
  await expect.poll(() => log.querySelector('.imflow-html b')?.textContent).toBe('Ana');
  const { id } = bo.sendMessage('<i>Second</i> message', { contentType: 'text/html' });
  await expect.poll(() => log.querySelector('.imflow-html i')?.textContent).toBe('Second');
  bo.sendMessage('A reply', { replyTo: id });
  await expect.poll(() => log.querySelector('.imflow-quote')?.textContent).toContain('Second message');
  await expect.poll(() => document.querySelector('[aria-live="polite"]')!.textContent).not.toBe('');

  const conversations = createConversations({ bo: [message(1, { contentType: 'text/html', body })] });
  conversations.start();
  onTestFinished(() => conversations.end());
  const { container } = await render(<ConversationList flows={conversations.flows} onSelect={() => {}} />);
  await expect.poll(() => container.textContent).toContain('Hello Ana & café');
  await nextFrames(4);
  expect(violations).toEqual([]);
});
