import type { Conversation } from './shared/contender.ts';
import { message, type Stage } from './shared/messages.ts';
import { fastScroll } from './fastScroll.ts';
import { olderInFront } from './olderInFront.ts';
import { frames } from './frames.ts';

/** The result of a scenario, besides the metrics of the browser. */
export interface Outcome {
  /** The number of executed steps. */
  readonly ops: number;
  /** Whether all steps were executed within the limit. */
  readonly finished: boolean;
  /** Wall-clock time, in ms. */
  readonly elapsed: number;
  /** How far the row in the middle of the view moved, in px. */
  readonly moved?: number;
  readonly frames?: number;
  readonly dropped?: number;
  readonly blank?: number;
}

export interface Scenario {
  readonly setUp?: (conversation: Conversation) => Promise<void>;
  readonly run: (conversation: Conversation, limit: number) => Promise<Outcome>;
}

export type ScenarioName =
  | 'rest'
  | 'tickInView'
  | 'tickOutOfView'
  | 'typing'
  | 'append'
  | 'appendMany'
  | 'burst'
  | 'grow'
  | 'older'
  | 'scroll';

/** The frames that are awaited after each step, so that all its consequences are counted. */
const FRAMES = 3;
const TICKED = 10;
const MANY = 1_000;

let made = 0;
let sent: readonly string[] = [];

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  // Measures the cost of the harness itself.
  rest: { run: steps(40, async () => {}) },
  // Ten own messages at the end go from sent to delivered, and then to displayed.
  tickInView: {
    async setUp(conversation) {
      sent = await conversation.send(news(TICKED, true));
      await frames(10);
    },
    run: steps(2 * TICKED, (conversation, step) => tick(conversation, sent, step)),
  },
  // The same for the ten oldest own messages of the conversation.
  tickOutOfView: {
    setUp: async () => {
      sent = OLD;
    },
    run: steps(2 * TICKED, (conversation, step) => tick(conversation, sent, step)),
  },
  typing: { run: steps(40, (conversation, step) => conversation.typing(step % 2 === 0)) },
  append: { run: steps(30, (conversation) => conversation.append(news(1, false))) },
  appendMany: { run: steps(1, (conversation) => conversation.append(news(MANY, false))) },
  // The status of up to 1,000 own messages becomes known at once, after a reconnect.
  burst: {
    async setUp(conversation) {
      sent = await conversation.send(news(MANY, true));
      await frames(10);
      await conversation.beforeBurst?.(sent, 'delivered');
      await frames(10);
    },
    run: steps(1, (conversation) => conversation.burst(sent, 'delivered')),
  },
  grow: {
    async setUp(conversation) {
      await conversation.beginGrowing();
      await frames(10);
    },
    run: steps(100, async (conversation, step) => conversation.grow('And one word more. '.repeat(step + 1))),
  },
  older: olderInFront,
  scroll: { run: fastScroll },
};

/** The first own messages of a conversation. Three of every six messages are own ones. */
const OLD = Array.from({ length: 2 * TICKED }, (_, index) => index)
  .filter((index) => index % 6 < 3)
  .slice(0, TICKED)
  .map((index) => `m${index}`);

async function tick(conversation: Conversation, ids: readonly string[], step: number): Promise<void> {
  const to: Stage = step < ids.length ? 'delivered' : 'displayed';
  await conversation.tick(ids[step % ids.length] ?? '', to);
}

/** New messages. */
function news(count: number, own: boolean) {
  return Array.from({ length: count }, () => {
    made += 1;
    return message(`n${made}`, own ? 0 : made, Date.now(), own);
  });
}

function steps(count: number, step: (conversation: Conversation, index: number) => Promise<void>): Scenario['run'] {
  return async (conversation, limit) => {
    const started = performance.now();
    let ops = 0;
    while (ops < count && performance.now() - started < limit) {
      await step(conversation, ops);
      await frames(FRAMES);
      ops += 1;
    }
    return { ops, finished: ops === count, elapsed: performance.now() - started };
  };
}
