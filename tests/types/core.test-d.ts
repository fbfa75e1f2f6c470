// What must and what must not compile for applications that use the engine. Read by `tsc -b`, never run: a line under
// `@ts-expect-error` that compiles fails the step `types`.

import {
  type ChannelEvent,
  createInstantMessagingFlow,
  type Diagnostic,
  FlowError,
  type FlowSnapshot,
  type InstantMessagingFlow,
  type MessageRecord,
  type MessageStatus,
  type SendResult,
  type Transport,
  TransportFailure,
} from '@imflow/core';
import { createIndexedDbStorage, createMemoryStorage } from '@imflow/core/storage';
import { createBroadcastChannelTransport, createLoopbackNetwork } from '@imflow/core/transports';
import { expectTypeOf } from 'vitest';

const transport: Transport = createLoopbackNetwork().connect('ana');

// Options
createInstantMessagingFlow({ transport, remote: 'bo' });
createInstantMessagingFlow({ transport, remote: 'bo', storage: createMemoryStorage(), template: { pageSize: 20 } });
// @ts-expect-error -- a conversation has a participant
createInstantMessagingFlow({ transport });
// @ts-expect-error -- the option is called `remote`
createInstantMessagingFlow({ transport, remoteAddress: 'bo' });
// @ts-expect-error -- the network is no transport; `connect` makes one
createInstantMessagingFlow({ transport: createLoopbackNetwork(), remote: 'bo' });
// @ts-expect-error -- the settings of a flow are in its template
createInstantMessagingFlow({ transport, remote: 'bo', composingTimeout: 5_000 });
// @ts-expect-error -- the option is called `composingTimeout`
createInstantMessagingFlow({ transport, remote: 'bo', template: { typingTimeout: 5_000 } });
// @ts-expect-error -- times are numbers, in ms
createInstantMessagingFlow({ transport, remote: 'bo', template: { composingTimeout: '5s' } });
// @ts-expect-error -- no such policy
createInstantMessagingFlow({ transport, remote: 'bo', template: { composingPolicy: 'xep85' } });
// @ts-expect-error -- no such mode
createInstantMessagingFlow({ transport, remote: 'bo', template: { messageConsumptionMode: 'proxied' } });
// @ts-expect-error -- receipts are `delivered` and `displayed`
createInstantMessagingFlow({ transport, remote: 'bo', template: { notify: { read: false } } });
// @ts-expect-error -- the address of the user is required
createBroadcastChannelTransport({});
// @ts-expect-error -- the option is called `name`
createIndexedDbStorage({ database: 'chat' });

// Sending
declare const flow: InstantMessagingFlow;
expectTypeOf(flow.sendMessage('hello').id).toEqualTypeOf<string>();
const result = await flow.sendMessage('hello', { contentType: 'text/plain', signal: AbortSignal.timeout(1) }).settled;
expectTypeOf(result.status).toEqualTypeOf<MessageStatus>();
// @ts-expect-error -- a body is text; other things are written as text, under a content type
flow.sendMessage({ text: 'hello' });
// @ts-expect-error -- a body is needed
flow.sendMessage();
// @ts-expect-error -- no such option
flow.sendMessage('hello', { retries: 3 });
// @ts-expect-error -- the promise of a message is `settled`
await flow.sendMessage('hello').then;
// @ts-expect-error -- people read "typing"; the state is "composing"
flow.setLocalComposingState('typing');
// @ts-expect-error -- a failure has a response code
flow.sendFailureDeliveryNotification('id');

// Events, each with what it carries
expectTypeOf(flow.on('messageReceived', () => {})).toEqualTypeOf<() => void>();
flow.on('messageReceived', ({ message }) => expectTypeOf(message).toEqualTypeOf<MessageRecord>());
flow.on('messageStatusChanged', ({ previousStatus }) => expectTypeOf(previousStatus).toEqualTypeOf<MessageStatus>());
flow.on('diagnostic', (diagnostic) => expectTypeOf(diagnostic).toEqualTypeOf<Diagnostic>());
// @ts-expect-error -- no such event
flow.on('message', () => {});
// @ts-expect-error -- a state change carries no message
flow.on('stateChanged', ({ message }) => message);
// @ts-expect-error -- the listener of one event does not fit another
flow.on('messageReceived', ({ participant }: { participant: string }) => participant);

// What can be read, and only read
const snapshot = flow.store.getState();
expectTypeOf(snapshot).toEqualTypeOf<FlowSnapshot>();
declare const record: MessageRecord;
expectTypeOf(flow.messages.get('id')).toEqualTypeOf<MessageRecord | undefined>();
// @ts-expect-error -- a snapshot is read-only
snapshot.unreadCount = 0;
// @ts-expect-error -- only the engine writes to the store
flow.store.setState({});
// @ts-expect-error -- a record is read-only
record.status = 'displayed';
// @ts-expect-error -- "read" is a word for people
if (result.status === 'read') flow.terminate();

// Errors
const error = new FlowError('invalid-argument', 'Why.', { cause: result });
// @ts-expect-error -- codes are a closed list
if (error.code === 'network') flow.terminate();
// @ts-expect-error -- a failure declares whether it is retryable
const failure = new TransportFailure(503, 'The service is overloaded.');
expectTypeOf(failure.retryable).toEqualTypeOf<boolean>();

// A transport of the application
const answer: SendResult = { outcome: 'accepted' };
expectTypeOf(answer.outcome).toEqualTypeOf<'accepted' | 'delivered'>();
// @ts-expect-error -- a transport reports who accepted the message, and nothing more
const promised: SendResult = { outcome: 'displayed' };
const composing: ChannelEvent = { type: 'composing', sender: 'bo', state: 'composing' };
// @ts-expect-error -- a composing event names its sender
const anonymous: ChannelEvent = { type: 'composing', state: 'composing' };
// @ts-expect-error -- a transport declares its capabilities
const incapable: Transport = { ...transport, capabilities: {} };
export const made: unknown[] = [promised, composing, anonymous, incapable];
