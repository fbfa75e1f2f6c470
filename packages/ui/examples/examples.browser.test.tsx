import { createLoopbackNetwork } from '@imflow/core/transports';
import type { ReactElement } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { message } from '../fixtures/conversation.ts';
import { nextFrames, show } from '../fixtures/render.tsx';
import { AnnouncerAnatomy } from './Announcer.tsx';
import { AvatarAnatomy } from './Avatar.tsx';
import { ChatAnatomy } from './Chat.tsx';
import { ChatHeaderAnatomy } from './ChatHeader.tsx';
import { ChatSettingsAnatomy } from './ChatSettings.tsx';
import { ComposerAnatomy } from './Composer.tsx';
import { ConnectionBannerAnatomy } from './ConnectionBanner.tsx';
import { ConversationListAnatomy } from './ConversationList.tsx';
import { FindBarAnatomy } from './FindBar.tsx';
import { MessageDetailsAnatomy } from './MessageDetails.tsx';
import { DeliveryTicksAnatomy } from './DeliveryTicks.tsx';
import { createFakeUploader } from '@imflow/testing';
import { MessageBodyAnatomy } from './MessageBody.tsx';
import { MessageFileAnatomy } from './MessageFile.tsx';
import { MessageListAnatomy } from './MessageList.tsx';
import { PrintButton } from './PrintButton.tsx';
import { TypingIndicatorAnatomy } from './TypingIndicator.tsx';

const LIST = ['.imflow-list > .imflow-viewport[role="log"]', '.imflow-items article .imflow-ticks'];
const COMPOSER = ['.imflow-composer > .imflow-note', 'textarea.imflow-textbox', 'button.imflow-send'];

const SOURCES = [{ transport: createLoopbackNetwork().connect('ana'), remote: 'bo' }];

/** The example of each component, with the text or element that it has to show. */
const EXAMPLES: readonly (readonly [string, ReactElement, readonly string[]])[] = [
  ['Announcer', <AnnouncerAnatomy key="" />, [...LIST, '.imflow-hidden > [aria-live="polite"]', ...COMPOSER]],
  [
    'Avatar',
    <AvatarAnatomy key="" picture="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>" />,
    ['.imflow-avatar > img[alt=""]', '.imflow-avatar[class*="tint-"]'],
  ],
  [
    'Chat',
    <ChatAnatomy key="" />,
    ['section.imflow-chat > header.imflow-header', '.imflow-banner', ...LIST, '.imflow-typing', ...COMPOSER],
  ],
  ['ChatHeader', <ChatHeaderAnatomy key="" />, ['section > div.imflow-header.is-there[title="Bo"] > .imflow-avatar']],
  ['ChatSettings', <ChatSettingsAnatomy key="" />, ['button.imflow-send[aria-label="Senden"]', '[title^="Gelesen "]']],
  ['Composer', <ComposerAnatomy key="" />, COMPOSER],
  ['ConnectionBanner', <ConnectionBannerAnatomy key="" />, ['.imflow-banner[data-connection="idle"]', ...LIST]],
  [
    'ConversationList',
    <ConversationListAnatomy key="" sources={SOURCES} />,
    ['.imflow-conversations[role="listbox"] > .imflow-conversation[role="option"] > .imflow-avatar'],
  ],
  [
    'MessageDetails',
    <MessageDetailsAnatomy key="" id="m2" />,
    ['button.imflow-details-button[aria-haspopup="dialog"] > .imflow-ticks[data-status="read"]'],
  ],
  ['DeliveryTicks', <DeliveryTicksAnatomy key="" id="m2" />, ['.imflow-ticks[data-status="read"]']],
  ['FindBar', <FindBarAnatomy key="" />, ['.imflow-header', ...LIST, ...COMPOSER]],
  ['MessageBody', <MessageBodyAnatomy key="" id="m1" />, ['blockquote[dir="auto"] > a[href="https://example.org/"]']],
  ['MessageList', <MessageListAnatomy key="" />, [...LIST, '.imflow-head[data-complete]']],
  [
    'TypingIndicator',
    <TypingIndicatorAnatomy key="" />,
    [...LIST, '.imflow-list + .imflow-typing[role="status"]', ...COMPOSER],
  ],
];

const STORED = [message(1, { body: 'https://example.org/' }), message(2, { direction: 'outgoing', body: 'Thanks' })];

describe('the example of', () => {
  it.each(EXAMPLES)('%s', async (_, children, selectors) => {
    const { screen } = await show({ stored: STORED, children });
    await nextFrames(4);
    for (const selector of selectors) {
      await expect.poll(() => screen.container.querySelector(selector), { message: selector }).not.toBeNull();
    }
  });
});

describe('the example of files', () => {
  it('B468 the chat of the example attaches files', async () => {
    const transport = createLoopbackNetwork().connect('ana');
    const { screen } = await show({
      children: <MessageFileAnatomy transport={transport} uploader={createFakeUploader()} />,
    });
    await expect.element(screen.getByRole('button', { name: 'Attach files' })).toBeVisible();
  });
});

describe('the example of printing', () => {
  it('B220 printing from the example loads the older messages, and prints once they are in the list', async () => {
    const stored = Array.from({ length: 90 }, (_, index) => message(index + 1));
    const print = vi.spyOn(window, 'print').mockImplementation(() => {
      window.dispatchEvent(new Event('beforeprint'));
      printed = document.querySelectorAll('article').length;
      window.dispatchEvent(new Event('afterprint'));
    });
    let printed = 0;
    const { screen } = await show({
      stored,
      template: { pageSize: 30 },
      children: (
        <>
          <PrintButton />
          <MessageListAnatomy />
        </>
      ),
    });
    await screen.getByRole('button', { name: 'Print' }).click();
    await expect.poll(() => print.mock.calls.length).toBe(1);
    expect(printed).toBe(90);
  });
});
