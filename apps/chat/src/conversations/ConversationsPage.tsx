import './conversations.css';
import { useFlows } from '@imflow/react';
import { Chat, ChatHeader, ChatSettings, ConversationList } from '@imflow/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Icon } from '../Icon.tsx';
import { SettingsMenu } from '../settings/SettingsMenu.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';
import { openConversation, useOpenConversation } from './useOpenConversation.ts';
import { createWorld } from './world.ts';

/** Where a finger is the pointer, the focus in the text box would bring up the keyboard. */
const finePointer = matchMedia('(pointer: fine)');

/** Several conversations over one transport: side by side with the one that is open, or one after the other on a phone. */
export function ConversationsPage(): ReactElement {
  const words = useWords().conversations;
  const [world] = useState(createWorld);
  useEffect(() => world.start(), [world]);
  const [names] = useState(() => Object.fromEntries([world.me, ...world.peers].map((who) => [who.address, who.name])));
  const flows = useFlows(world.sources);
  const address = useOpenConversation();
  const open = flows.find(({ remote }) => remote === address);
  const list = useRef<HTMLElement>(null);
  const before = useRef(open);

  useEffect(() => {
    document.title = `${open ? `${names[open.remote]} · ` : ''}${words.title} · imflow`;
    // Back in the list, the user goes on from the row that they came from.
    if (before.current && !open) list.current?.querySelector<HTMLElement>('[role="option"][tabindex="0"]')?.focus();
    before.current = open;
  }, [open, names, words]);

  return (
    <ChatSettings names={names}>
      <div className="conversations" data-open={open ? '' : undefined}>
        <nav ref={list} className="conversations-all" aria-labelledby="conversations-title">
          <header>
            <h1 id="conversations-title">{words.title}</h1>
            <SettingsMenu />
          </header>
          <ConversationList flows={flows} selected={open} onSelect={({ remote }) => openConversation(remote)} />
        </nav>
        <main className="conversations-open">
          {open ? (
            <Chat
              key={open.remote}
              flow={open}
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the user has just opened it
              autoFocus={finePointer.matches}
              header={<Header />}
            />
          ) : (
            <p>{words.choose}</p>
          )}
        </main>
      </div>
    </ChatSettings>
  );
}

/** Whom the open conversation is with, and on a phone the way back to the others. */
function Header(): ReactElement {
  const words = useWords().conversations;
  return (
    <div className="conversations-header">
      <a className="icon-button" href="#all" aria-label={words.back}>
        <Icon name="back" />
      </a>
      <ChatHeader />
    </div>
  );
}
