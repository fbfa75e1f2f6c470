import { isText } from '../messages/parseRecord.ts';
import { seenElsewhere } from './notifying.ts';
import { discard, retry } from './sending.ts';
import type { Turn } from './turn.ts';

/** Does what the user wished in a tab that mirrors. Unchecked; what makes no sense is no wish. */
export function fulfil(turn: Turn, { kind, id, ids }: Readonly<Record<string, unknown>>): void {
  if (kind === 'seen' && Array.isArray(ids)) seenElsewhere(turn, ids.filter(isText));
  if (kind === 'retry' && isText(id)) retry(turn, id);
  if (kind === 'discard' && isText(id)) discard(turn, id);
}
