import type { BenchMessage } from './messages.ts';

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'short' });

/** The time and the tick of a message, as text. */
export function metaOf({ own, status, at }: BenchMessage): string {
  return clock.format(at) + (own ? { sent: ' ✓', delivered: ' ✓✓', displayed: ' ✓✓ read' }[status] : '');
}
