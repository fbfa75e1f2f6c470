/** The request of a tab that joins the group for the state of the leader. */

import type { Transaction } from '../engine/transaction.ts';
import { isOutdatedPage } from '../persistence/outdated.ts';
import type { TabPost } from './protocol.ts';

/** The request to the leader for everything that this tab may have missed. */
export function hello({ state }: Pick<Transaction, 'state'>): TabPost {
  return isOutdatedPage(state) ? { kind: 'hello', outdated: true } : { kind: 'hello' };
}
