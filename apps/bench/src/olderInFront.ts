import { frames, painted } from './frames.ts';
import type { Scenario } from './scenarios.ts';
import type { Conversation } from './shared/contender.ts';

/** For how many frames the row is observed after the messages were prepended. */
const AFTER = 20;
/** The result when the row has left the document: more than the length of any list, in px. */
const LOST = 1e9;

/** Prepends fifty older messages while a reader is near the start. */
export const olderInFront: Scenario = {
  async setUp(conversation) {
    const scroller = conversation.scroller();
    // Rows are measured as they come near the view, so the start may move away a few times.
    for (let round = 0; round < 20; round += 1) {
      scroller.scrollTop = 0;
      await frames(3);
    }
    // Not at the very start: a list without scroll anchoring would keep its position there by chance.
    scroller.scrollTop = 100;
    await frames(20);
  },
  async run(conversation) {
    const started = performance.now();
    const row = rowInView(conversation);
    const before = row.getBoundingClientRect().top;
    let moved = 0;
    const state = { arrived: false };
    const arrival = conversation.showOlder().finally(() => (state.arrived = true));
    for (let after = 0; after < AFTER; after += state.arrived ? 1 : 0) {
      await painted();
      moved = Math.max(moved, row.isConnected ? Math.abs(row.getBoundingClientRect().top - before) : LOST);
    }
    await arrival;
    return { ops: 1, finished: true, elapsed: performance.now() - started, moved };
  },
};

/** The row in the middle of the view. */
function rowInView(conversation: Conversation): Element {
  const { left, top, width, height } = conversation.scroller().getBoundingClientRect();
  for (let down = 0; down < 100; down += 5) {
    const hit = document.elementFromPoint(left + width / 2, top + height / 2 + down);
    const row = hit?.closest(conversation.rowSelector);
    if (row) return row;
  }
  throw new Error('No row is in view.');
}
