import { createInstantMessagingFlow, TransportFailure } from '@imflow/core';
import { createFakeTransport, createVirtualClock } from '@imflow/testing';
import { expect, it } from 'vitest';

it('a message without a response fails, and a late response corrects the status', async () => {
  const clock = createVirtualClock();
  const transport = createFakeTransport({ autoAnswer: 'manual' });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, template: { sendTimeout: 30_000 } });
  flow.start();

  const { id } = flow.sendMessage('Are you there?');
  await clock.advance(29_999);
  expect(flow.messages.get(id)?.status).toBe('sending');
  await clock.advance(1);
  expect(flow.messages.get(id)).toMatchObject({ status: 'failed', code: 408, retryable: true });

  transport.messages[0]?.accept();
  await clock.advance(0);
  expect(flow.messages.get(id)?.status).toBe('sent');

  flow.terminate();
  expect(clock.pending).toBe(0);
});

it('a message that the network refuses waits, and is sent once the network accepts it', async () => {
  const clock = createVirtualClock();
  const transport = createFakeTransport({ autoAnswer: 'manual' });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock });
  flow.start();

  flow.sendMessage('First');
  flow.sendMessage('Second');
  transport.messages[0]?.fail(new TransportFailure(503, 'The service is overloaded.', { retryable: true }));
  await clock.advance(10_000);
  expect(transport.messages.map(({ message }) => message.body)).toEqual(['First', 'First']);
  transport.messages[1]?.accept();
  await clock.advance(0);
  expect(transport.wire).toEqual(['message:First', 'message:First', 'message:Second']);

  flow.terminate();
});

it('the transport shows the participant as typing for as long as the participant types', async () => {
  const clock = createVirtualClock();
  const transport = createFakeTransport();
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock });
  flow.start();

  transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
  await clock.advance(6_999);
  expect(flow.store.getState().remoteComposingState).toBe('composing');
  await clock.advance(1); // no notification for 7 s
  expect(flow.store.getState().remoteComposingState).toBe('idle');

  flow.terminate();
});
