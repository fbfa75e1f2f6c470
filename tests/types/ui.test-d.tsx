// What must and what must not compile for applications that use the components. Read by `tsc -b`, never run.

import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';
import {
  Chat,
  ChatSettings,
  Composer,
  DeliveryTicks,
  MessageList,
  TypingIndicator,
  type Translations,
} from '@imflow/ui';
import { de } from '@imflow/ui/translations/de';
import type { ReactElement } from 'react';
import { expectTypeOf } from 'vitest';

declare const flow: InstantMessagingFlow;

function Place({ message }: { message: MessageRecord }): ReactElement {
  return <p>{message.body}</p>;
}

function Wrong({ text }: { text: string }): ReactElement {
  return <p>{text}</p>;
}

export const sound: ReactElement[] = [
  <Chat key="1" flow={flow} name="Bo" translations={{ ...de, send: 'Ab damit' }} enterKey="newline" id="chat" />,
  <Chat key="2" renderers={{ 'application/geo+json': Place, 'image/*': Place }} data-testid="chat" />,
  <Composer.Root key="3" className={({ disabled }) => (disabled ? 'off' : undefined)}>
    <Composer.Input rows={2} aria-label="Answer" />
  </Composer.Root>,
  <DeliveryTicks key="4" status="displayed" render={<b />} />,
  <DeliveryTicks
    key="5"
    status="sent"
    render={(props, { status }) => {
      expectTypeOf(status).toEqualTypeOf<
        'waiting' | 'sending' | 'sent' | 'delivered' | 'read' | 'undeliverable' | 'unconfirmed' | 'failed'
      >();
      return <i {...props} />;
    }}
  />,
  <MessageList.Items key="6">{(row) => <MessageList.Item key={row.id} {...row} />}</MessageList.Items>,
];

export const faulty: ReactElement[] = [
  // @ts-expect-error -- the name of the participant is `name`
  <Chat key="1" title={{ name: 'Bo' }} />,
  // @ts-expect-error -- no such key
  <Chat key="2" enterKey="shift-enter" />,
  // @ts-expect-error -- no such word
  <Chat key="3" translations={{ submit: 'Send' }} />,
  // @ts-expect-error -- a word of numbers is a function
  <Chat key="4" translations={{ newMessages: 'new' }} />,
  // @ts-expect-error -- a content type has two halves
  <Chat key="5" renderers={{ location: Place }} />,
  // @ts-expect-error -- renderers get the message
  <Chat key="6" renderers={{ 'image/*': Wrong }} />,
  // @ts-expect-error -- "read" is a word for people, the status is `displayed`
  <DeliveryTicks key="7" status="read" />,
  // @ts-expect-error -- the status is required
  <DeliveryTicks key="8" />,
  // @ts-expect-error -- the composer sends to its flow; `useFlowEvent` and `flow.on` report the outcome
  <Composer key="9" onSend={() => {}} />,
  // @ts-expect-error -- the list reads the messages from its flow
  <MessageList key="10" messages={[]} />,
  // @ts-expect-error -- the message is required
  <MessageList.Item key="11" />,
  // @ts-expect-error -- no such direction
  <ChatSettings key="12" dir="left" />,
  // @ts-expect-error -- no such element
  <TypingIndicator key="13" render="span" />,
];

expectTypeOf(de).toEqualTypeOf<Translations>();
