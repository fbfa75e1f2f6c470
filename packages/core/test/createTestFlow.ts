import { createFakeTransport, createSeededRandom, createVirtualClock } from '@imflow/testing';
import type { FakeTransport, FakeTransportOptions, VirtualClock } from '@imflow/testing';
import { createInstantMessagingFlow } from '../src/engine/createInstantMessagingFlow.ts';
import type {
  InstantMessagingFlow,
  InstantMessagingFlowOptions,
  InstantMessagingFlowTemplate,
} from '../src/engine/publicTypes.ts';

export interface TestFlowOptions extends Partial<InstantMessagingFlowOptions> {
  readonly fake?: FakeTransportOptions;
  /** Whether the flow is started. Default true. */
  readonly started?: boolean;
  /** Sets the times of the behaviours: T = 3 s, R = 3 s, X = 6 s. Default true. */
  readonly times?: boolean;
}

export interface TestFlow {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly flow: InstantMessagingFlow;
  /** The calls of the transport, with the seconds since the start: `3 composing`. */
  readonly wire: readonly string[];
  /** The events of the flow, likewise: `0 idle→active`, `6 bo idle`, `6 message:hello`. */
  readonly events: readonly string[];
}

const TIMES: InstantMessagingFlowTemplate = {
  composingTimeout: 3_000,
  composingPolicy: { refresh: 3_000, expiry: 6_000 },
};

/** A flow of `ana` with `bo` over a fake transport in virtual time, with logs of calls and events. */
export function createTestFlow({ fake, started = true, times = true, ...options }: TestFlowOptions = {}): TestFlow {
  const clock = createVirtualClock();
  const transport = createFakeTransport(fake);
  const begin = clock.now();
  const at = (what: string | undefined): string => `${(clock.now() - begin) / 1_000} ${what}`;
  const wire: string[] = [];
  logCalls(transport, () => wire.push(at(transport.wire.at(-1))));

  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    clock,
    random: createSeededRandom('test'),
    ...options,
    template: { ...(times ? TIMES : {}), ...options.template },
  });
  const events: string[] = [];
  flow.on('stateChanged', ({ previousState, state }) => events.push(at(`${previousState}→${state}`)));
  flow.on('remoteComposingStateChanged', ({ participant, state }) => events.push(at(`${participant} ${state}`)));
  flow.on('messageReceived', ({ message }) => events.push(at(`message:${message.body}`)));
  flow.on('diagnostic', ({ code }) => events.push(at(code)));
  if (started) flow.start();
  return { clock, transport, flow, wire, events };
}

function logCalls(transport: FakeTransport, log: () => void): void {
  const openChannel = transport.openChannel.bind(transport);
  const logged = <Answer>(answer: Answer): Answer => {
    log();
    return answer;
  };
  transport.openChannel = (remote, receive) => {
    const channel = openChannel(remote, receive);
    return {
      ...channel,
      send: (message) => logged(channel.send(message)),
      sendComposing: (notification) => logged(channel.sendComposing(notification)),
      sendNotification: (notification) => logged(channel.sendNotification(notification)),
    };
  };
}
