import {
  ChatContainer,
  MainContainer,
  Message,
  MessageInput,
  MessageList,
  TypingIndicator,
} from '@chatscope/chat-ui-kit-react';
import '@chatscope/chat-ui-kit-styles/dist/default/styles.min.css';
import type { ReactElement } from 'react';
import type { Contender } from '../src/shared/contender.ts';
import { type KeyedStore, useAll, useComposing } from '../src/shared/keyedStore.ts';
import { metaOf } from '../src/shared/metaOf.ts';
import { storeContender } from '../src/shared/storeConversation.tsx';

/** A chat as in the documentation of chatscope. */
function Kit({ store }: { readonly store: KeyedStore }): ReactElement {
  const messages = useAll(store);
  const composing = useComposing(store);
  return (
    <MainContainer style={{ flex: 1, minHeight: 0 }}>
      <ChatContainer>
        <MessageList typingIndicator={composing ? <TypingIndicator content="Bo is typing" /> : undefined}>
          {messages.map((message) => (
            <Message
              key={message.id}
              model={{
                message: message.body,
                direction: message.own ? 'outgoing' : 'incoming',
                position: 'single',
                sender: message.own ? 'Ana' : 'Bo',
              }}
            >
              <Message.Footer sender={metaOf(message)} />
            </Message>
          ))}
        </MessageList>
        <MessageInput attachButton={false} />
      </ChatContainer>
    </MainContainer>
  );
}

export const contender: Contender = storeContender({
  view: (store) => <Kit store={store} />,
  rowType: Message,
  rowSelector: '.cs-message',
  scroller: '.cs-message-list__scroll-wrapper',
  input: '.cs-message-input__content-editor',
});
