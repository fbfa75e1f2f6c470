import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { expect, it } from 'vitest';
import { createFakeTabs } from './fakeTabs.ts';
import { createFakeTransport } from './fakeTransport.ts';
import { flushMicrotasks } from './flushMicrotasks.ts';
import { createVirtualClock } from './virtualClock.ts';

it('fake tabs let one flow lead, and elect the next one when it ends', async () => {
  const [clock, tabs] = [createVirtualClock(), createFakeTabs()];
  const transports = [createFakeTransport(), createFakeTransport()];
  const [leader, follower] = transports.map((transport) => {
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, tabs });
    flow.start();
    return flow;
  }) as [InstantMessagingFlow, InstantMessagingFlow];
  await flushMicrotasks();

  const { id } = follower.sendMessage('from the follower');
  await flushMicrotasks();
  expect(transports.map(({ wire }) => wire)).toEqual([['message:from the follower'], []]);
  expect(leader.messages.get(id)?.status).toBe('sent');

  leader.terminate();
  await flushMicrotasks();
  follower.sendMessage('from the next leader');
  await flushMicrotasks();
  expect(transports[1]?.wire).toEqual(['message:from the next leader']);
  follower.terminate();
});
