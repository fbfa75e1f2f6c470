// What must and what must not compile for applications that use the hooks. Read by `tsc -b`, never run.

import { createLoopbackNetwork } from '@imflow/core/transports';
import {
  FlowProvider,
  type InstantMessagingFlow,
  type MessageOrder,
  type MessageRecord,
  useFlow,
  useFlowEvent,
  useFlowState,
  useInstantMessagingFlow,
  useMessage,
  useMessageState,
} from '@imflow/react';
import type { ReactElement } from 'react';
import { expectTypeOf } from 'vitest';

const transport = createLoopbackNetwork().connect('ana');
declare const flow: InstantMessagingFlow;

export function Providers(): ReactElement[] {
  return [
    <FlowProvider key="1" transport={transport} remote="bo" template={{ sendTimeout: 10_000 }} />,
    <FlowProvider key="2" flow={flow} />,
    // @ts-expect-error -- a transport alone is no conversation
    <FlowProvider key="3" transport={transport} />,
    // @ts-expect-error -- the participant is `remote`
    <FlowProvider key="4" transport={transport} peer="bo" />,
    // @ts-expect-error -- a flow or its options are required
    <FlowProvider key="5" />,
  ];
}

export function useTypes(): void {
  const conversation = useInstantMessagingFlow({ transport, remote: 'bo' });
  expectTypeOf(conversation.messages).toEqualTypeOf<MessageOrder>();
  expectTypeOf(conversation.connection).toEqualTypeOf<'offline' | 'connecting' | 'online'>();
  useInstantMessagingFlow(flow);
  // @ts-expect-error -- no such option
  useInstantMessagingFlow({ transport, remote: 'bo', autoConnect: true });
  // @ts-expect-error -- messages are read by id
  expectTypeOf(conversation.messages[0]?.body).toBeString();

  // The type of what a selector gives is the type of the hook's answer.
  expectTypeOf(useFlowState((snapshot) => snapshot.unreadCount)).toEqualTypeOf<number>();
  expectTypeOf(useFlowState(({ state, error }) => [state, error?.code] as const)[0]).toEqualTypeOf<
    'idle' | 'active' | 'terminated'
  >();
  expectTypeOf(useMessage('id')).toEqualTypeOf<MessageRecord | undefined>();
  expectTypeOf(useMessageState('id', (record) => record?.status === 'sent')).toEqualTypeOf<boolean>();
  // @ts-expect-error -- a snapshot has no messages
  useFlowState((snapshot) => snapshot.messages);
  // @ts-expect-error -- a selector is needed
  useFlowState();
  // @ts-expect-error -- the record may be unknown
  useMessageState('id', (record) => record.status);

  useFlowEvent('messageReceived', ({ message }) => expectTypeOf(message).toEqualTypeOf<MessageRecord>());
  // @ts-expect-error -- no such event
  useFlowEvent('received', () => {});
  // @ts-expect-error -- this event carries no message
  useFlowEvent('remoteComposingStateChanged', ({ message }) => message);

  expectTypeOf(useFlow()).toEqualTypeOf<InstantMessagingFlow>();
  // @ts-expect-error -- the flow itself, not its options
  useFlow({ transport, remote: 'bo' });
}
