import type { ChannelEvent } from '@imflow/core';
import { createFakeTransport, createVirtualClock, type FakeTransport, type VirtualClock } from '@imflow/testing';
import { type Bridge, createBridge } from '../src/bridge.ts';

export interface FakeBridge {
  readonly bridge: Bridge;
  readonly clock: VirtualClock;
  readonly bos: FakeTransport;
  readonly anas: FakeTransport;
  readonly diagnostics: string[];
}

function fakeTransport(localAddress: string): FakeTransport {
  return createFakeTransport({ localAddress, autoAnswer: 'manual', capabilities: { maxMessageBytes: 1_000 } });
}

/** A bridge between Bo and Ana over fake transports, in virtual time. */
export async function createFakeBridge(renewAfter?: number): Promise<FakeBridge> {
  const clock = createVirtualClock();
  const [bos, anas] = [fakeTransport('gateway@left'), fakeTransport('gateway@right')];
  const diagnostics: string[] = [];
  const bridge = createBridge({
    sides: [
      { transport: bos, remote: 'bo' },
      { transport: anas, remote: 'ana' },
    ],
    ...(renewAfter === undefined ? {} : { renewAfter }),
    onDiagnostic: ({ code }) => diagnostics.push(code),
    clock,
  });
  await clock.advance(0);
  return { bridge, clock, bos, anas, diagnostics };
}

/** A message as a transport delivers it. */
export function said(sender: string, messageId: string, body = messageId): ChannelEvent {
  return { type: 'message', message: { messageId, sender, contentType: 'text/plain', body } };
}
