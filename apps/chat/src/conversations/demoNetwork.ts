import { createInstantMessagingFlow, type InstantMessagingFlow, type InstantMessagingFlowOptions } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { type Participant, participant } from '../route/participant.ts';
import type { Language } from '../settings/languages.ts';

/** How long a simulated participant reads a message before typing, and how long it types, in ms. */
const LOOK = 600;
const TYPE = 1_400;
/** The interval of the messages of News, in ms. */
const NEWS = 20_000;

export interface DemoNetwork {
  readonly me: Participant;
  readonly peers: readonly Participant[];
  /** The options of Ana's flows, all of them over one transport. */
  readonly sources: readonly InstantMessagingFlowOptions[];
  /** Starts the peers, who write in the current language. Returns a function that stops them. */
  readonly start: (speech: Speech) => () => void;
}

/** The behaviour of a simulated participant: how it answers messages, and what it sends unasked. */
type BotScript = (
  flow: InstantMessagingFlow,
  later: (action: () => void, delay: number) => void,
  speech: Speech,
) => void;

/** Returns the current language. */
type Speech = () => Language;

/** A messaging server in this page, Ana, and her participants: a simulated person and three bots. */
export function createDemoNetwork(): DemoNetwork {
  const network = createLoopbackNetwork();
  const me = participant('ana');
  const transport = network.connect(me.address);
  const bots: readonly (readonly [Participant, BotScript])[] = [
    [participant('bo'), bo],
    [participant('echo'), echo],
    [participant('news'), news],
    [participant('notes'), notes],
  ];
  return {
    me,
    peers: bots.map(([peer]) => peer),
    sources: bots.map(([{ address }]) => ({ transport, remote: address })),
    start(speech) {
      const timers = new Set<ReturnType<typeof setTimeout>>();
      const flows = bots.map(([{ address }, script]) => {
        const flow = createInstantMessagingFlow({ transport: network.connect(address), remote: me.address });
        script(
          flow,
          (action, delay) => {
            const timer = setTimeout(() => {
              timers.delete(timer);
              action();
            }, delay);
            timers.add(timer);
          },
          speech,
        );
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

/** A simulated person who greets, and answers each message with the next of some texts. */
const bo: BotScript = (flow, later, speech) => {
  let said = 0;
  later(() => flow.sendMessage(wordsOf(speech).hello), LOOK);
  answer(flow, later, () => {
    const { answers } = wordsOf(speech);
    return answers[said++ % answers.length] ?? '';
  });
};

/** A bot that repeats each message. */
const echo: BotScript = (flow, later) => answer(flow, later, (text) => text);

/** A bot that writes now and then, and ignores messages. */
const news: BotScript = (flow, later, speech) => {
  let count = 0;
  const tell = (): void => {
    count += 1;
    const { tag } = speech();
    const time = new Date().toLocaleTimeString(tag, { timeStyle: 'short' });
    flow.sendMessage(wordsOf(speech).headline(count.toLocaleString(tag), time));
    later(tell, NEWS);
  };
  later(tell, 3 * LOOK);
};

/** A participant for notes: reads each message and never answers. */
const notes: BotScript = (flow) => {
  flow.on('messageReceived', ({ message }) => flow.markDisplayed(message.id));
};

function wordsOf(speech: Speech): Language['app']['conversations']['said'] {
  return speech().app.conversations.said;
}

function answer(flow: InstantMessagingFlow, later: Parameters<BotScript>[1], find: (text: string) => string): void {
  flow.on('messageReceived', ({ message }) => {
    later(() => {
      flow.markDisplayed(message.id);
      flow.setLocalComposingState('composing');
    }, LOOK);
    later(() => flow.sendMessage(find(message.body)), LOOK + TYPE);
  });
}
