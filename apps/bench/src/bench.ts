import type { Renders } from './counters.ts';
import { conversation as madeUp } from './shared/messages.ts';
import type { Contender, Conversation } from './shared/contender.ts';
import { type Outcome, type ScenarioName, scenarios } from './scenarios.ts';
import type { measureFinding } from './imflow/finding.tsx';
import type { measureMissed } from './imflow/missed.tsx';
import type { Opening } from './imflow/opening.tsx';
import { until } from './shared/until.ts';

/** The functions of the page that the driver calls. */
export interface Bench {
  /** Prepares a conversation of this many messages. */
  prepare(count: number): Promise<void>;
  /** Shows the conversation. Resolves once the newest message is visible. */
  mount(): Promise<Outcome>;
  /** Prepares a scenario; this is not measured. */
  setUp(name: ScenarioName): Promise<void>;
  /** Runs a scenario, at most for `limit` ms. */
  run(name: ScenarioName, limit: number): Promise<Outcome>;
  elements(): number;
  focusInput(): void;
  takeRenders(): { readonly components: number; readonly rows: number } | undefined;
  /** Opens conversations from IndexedDB. Only imflow has this. */
  opening(): Promise<Opening>;
  /** Searches in a conversation that `opening` has stored. */
  finding(): Promise<typeof measureFinding>;
  /** Delivers what a device missed. Only imflow has this. */
  missed(): Promise<typeof measureMissed>;
}

declare global {
  interface Window {
    bench: Bench;
  }
}

/** How many older messages can be loaded. */
const OLDER = 50;

export function createBench(contender: Contender, host: HTMLElement, renders: Renders | undefined): Bench {
  let shown: Conversation | undefined;
  let newest = '';
  const conversationShown = (): Conversation => {
    if (!shown) throw new Error('Nothing is shown yet.');
    return shown;
  };
  return {
    async prepare(count) {
      const messages = madeUp(count, 'm', Date.now());
      newest = messages.at(-1)?.id ?? '';
      const older = madeUp(OLDER, 'older', Date.now() - count * 90_000);
      shown = await contender.prepare(messages, older);
    },
    async mount() {
      const started = performance.now();
      conversationShown().mount(host);
      await until(() => isSeen(conversationShown(), host, newest));
      return { ops: 1, finished: true, elapsed: performance.now() - started };
    },
    setUp: async (name) => scenarios[name].setUp?.(conversationShown()),
    run: (name, limit) => scenarios[name].run(conversationShown(), limit),
    elements: () => host.querySelectorAll('*').length,
    focusInput: () => conversationShown().input().focus(),
    takeRenders: () => renders?.take(contender.rowType),
    opening: async () => (await import('./imflow/opening.tsx')).measureOpening,
    finding: async () => (await import('./imflow/finding.tsx')).measureFinding,
    missed: async () => (await import('./imflow/missed.tsx')).measureMissed,
  };
}

/** Whether a message is at the end of the visible part. */
function isSeen(conversation: Conversation, host: HTMLElement, id: string): boolean {
  if (host.querySelector(conversation.rowSelector) === null) return false;
  const { left, bottom, width } = conversation.scroller().getBoundingClientRect();
  for (let above = 10; above < 60; above += 10) {
    const row = document.elementFromPoint(left + width / 2, bottom - above)?.closest(conversation.rowSelector);
    if (row?.textContent.includes(`${id}:`)) return true;
  }
  return false;
}
