import { createInstantMessagingFlow } from '@imflow/core';
import { explainStatus } from '@imflow/devtools';
import { createFakeTransport, recordTrace, replay } from '@imflow/testing';
import { expect, it } from 'vitest';

it('a message without a connection waits for it, and is sent once the connection is up', () => {
  const transport = createFakeTransport({ autoConnect: false, autoAnswer: 'manual' });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
  const recording = recordTrace(flow);
  flow.start();
  const { id } = flow.sendMessage('Are you there?');
  transport.setStatus({ state: 'online' });

  const steps = replay(recording.getTrace());
  steps.find(({ input }) => input.type === 'send');
  const record = steps.message(id);
  expect(record?.status).toBe('queued');
  steps.find(({ input }) => input.type === 'status');
  expect(steps.message(id)?.status).toBe('sending');

  const now = flow.messages.get(id);
  expect(now && explainStatus(now, recording.getTrace()).reason).toBe('in-flight');
});
