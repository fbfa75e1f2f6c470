import { useFlows, useUnreadTitle } from '@imflow/react';
import { Chat, ChatHeader, ChatSettings, FindBar } from '@imflow/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { FindButton } from '../conversation/FindButton.tsx';
import { useFindShortcut } from '../conversation/useFindShortcut.ts';
import { useLanguage } from '../settings/SettingsProvider.tsx';
import { BackLink } from './BackLink.tsx';
import { Conversations } from './Conversations.tsx';
import { useOpenConversation } from './useOpenConversation.ts';
import { useNotice } from './useNotice.ts';
import { useStoredAddresses } from './useStoredAddresses.ts';
import { createDemoNetwork } from './demoNetwork.ts';

/** On a touch device, the focus in the text box would open the virtual keyboard. */
const finePointer = matchMedia('(pointer: fine)');

/** Several conversations of one person over one transport, with people who live in this page. */
export function ConversationsPage(): ReactElement {
  const language = useLanguage();
  const translations = language.app.conversations;
  const latest = useRef(language);
  useEffect(() => {
    latest.current = language;
  }, [language]);
  const [world] = useState(createDemoNetwork);
  useEffect(() => world.start(() => latest.current), [world]);
  const [names] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries([world.me, ...world.peers].map((who) => [who.address, who.name])),
  );
  const flows = useFlows(world.sources);
  const address = useOpenConversation();
  const name = Object.hasOwn(names, address) ? `${names[address]} · ` : '';
  useUnreadTitle(flows, `${name}${translations.title} · imflow`);
  const [muted, setMuted] = useStoredAddresses('imflow:muted');
  useNotice(flows, names, muted);

  return (
    <ChatSettings names={names}>
      <Conversations me={world.me} flows={flows} muted={muted} onMutedChange={setMuted}>
        {(open) => (
          <main>
            <Chat
              key={open.remote}
              flow={open}
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the user has just opened it
              autoFocus={finePointer.matches}
              header={<Header />}
            />
          </main>
        )}
      </Conversations>
    </ChatSettings>
  );
}

function Header(): ReactElement {
  const { isOpen, bar, open, close } = useFindShortcut();
  return (
    <>
      <div className="conversations-header">
        <BackLink />
        <ChatHeader actions={<FindButton onClick={open} />} />
      </div>
      {isOpen && <FindBar actionsRef={bar} onClose={close} />}
    </>
  );
}
