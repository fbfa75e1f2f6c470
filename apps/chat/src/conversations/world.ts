import { createInstantMessagingFlow, type InstantMessagingFlow, type InstantMessagingFlowOptions } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { type Person, person } from '../route/person.ts';

/** How long somebody looks at a message before they type, and how long they type, in ms. */
const LOOK = 600;
const TYPE = 1_400;
/** How often there is news, in ms. */
const NEWS = 20_000;

const BO = ['Good to hear from you!', 'Tell me more.', 'Ha, really?', 'I have to think about that.', 'See you soon!'];

export interface World {
  readonly me: Person;
  readonly peers: readonly Person[];
  /** What Ana's flows are made of: all of them over one transport. */
  readonly sources: readonly InstantMessagingFlowOptions[];
  /** Brings the peers to life. Returns a function that ends them. */
  readonly start: () => () => void;
}

/** What a peer does with what it is told, and by itself. */
type Life = (flow: InstantMessagingFlow, later: (action: () => void, delay: number) => void) => void;

/** A messaging server in this page, Ana, and those whom she talks with: one person, and three programs. */
export function createWorld(): World {
  const network = createLoopbackNetwork();
  const me = person('ana');
  const transport = network.connect(me.address);
  const lives: readonly (readonly [Person, Life])[] = [
    [person('bo'), bo],
    [person('echo'), echo],
    [person('news'), news],
    [person('notes'), notes],
  ];
  return {
    me,
    peers: lives.map(([peer]) => peer),
    sources: lives.map(([{ address }]) => ({ transport, remote: address })),
    start() {
      const timers = new Set<ReturnType<typeof setTimeout>>();
      const flows = lives.map(([{ address }, life]) => {
        const flow = createInstantMessagingFlow({ transport: network.connect(address), remote: me.address });
        life(flow, (action, delay) => {
          const timer = setTimeout(() => {
            timers.delete(timer);
            action();
          }, delay);
          timers.add(timer);
        });
        flow.start();
        return flow;
      });
      return () => {
        for (const timer of timers) clearTimeout(timer);
        for (const flow of flows) flow.terminate();
      };
    },
  };
}

/** Says hello, and answers in turn. */
const bo: Life = (flow, later) => {
  let said = 0;
  later(() => flow.sendMessage('Hi Ana! Write to me, and then to somebody else: I go on.'), LOOK);
  answer(flow, later, () => BO[said++ % BO.length] ?? '');
};

/** Says what it was told. */
const echo: Life = (flow, later) => answer(flow, later, (text) => text);

/** Says something now and then, and listens to nobody. */
const news: Life = (flow, later) => {
  let count = 0;
  const tell = (): void => {
    count += 1;
    flow.sendMessage(`Headline ${count}: nothing has happened since ${new Date().toLocaleTimeString()}.`);
    later(tell, NEWS);
  };
  later(tell, 3 * LOOK);
};

/** Keeps what it is told. */
const notes: Life = (flow) => {
  flow.on('messageReceived', ({ message }) => flow.markDisplayed(message.id));
};

function answer(flow: InstantMessagingFlow, later: Parameters<Life>[1], find: (text: string) => string): void {
  flow.on('messageReceived', ({ message }) => {
    later(() => {
      flow.markDisplayed(message.id);
      flow.setLocalComposingState('composing');
    }, LOOK);
    later(() => flow.sendMessage(find(message.body)), LOOK + TYPE);
  });
}
