import { painted } from './frames.ts';
import type { Outcome } from './scenarios.ts';
import type { Conversation } from './shared/contender.ts';

const DURATION = 5_000;
/** The positions at which the painted list is probed, as fractions of its height. */
const PROBES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** A frame counts as blank if this many probes, a third of the view, hit no row. */
const BLANK = 3;
const FRAME = 1_000 / 60;

/** Scrolls from the end to the start in five seconds, and probes the painted list after each frame. */
export async function fastScroll(conversation: Conversation, limit: number): Promise<Outcome> {
  const scroller = conversation.scroller();
  const { left, top, width, height } = scroller.getBoundingClientRect();
  const duration = Math.min(DURATION, limit);
  const started = performance.now();
  let last = await painted();
  let [count, dropped, blank] = [0, 0, 0];
  for (let part = 0; part < 1;) {
    part = Math.min(1, (performance.now() - started) / duration);
    scroller.scrollTop = (1 - part) * (scroller.scrollHeight - scroller.clientHeight);
    // The browser dispatches the scroll event when the next frame begins, as when a person scrolls.
    const now = await painted();
    dropped += Math.max(0, Math.round((now - last) / FRAME) - 1);
    last = now;
    count += 1;
    const missed = PROBES.filter((probe) => {
      const hit = document.elementFromPoint(left + width / 2, top + probe * height);
      return hit !== null && hit.closest(conversation.rowSelector) === null;
    });
    if (missed.length >= BLANK) blank += 1;
  }
  return { ops: 1, finished: true, elapsed: performance.now() - started, frames: count, dropped, blank };
}
