/** Why the sender of a received message knows what they know. */

import type { InspectedReceipt, InspectedState, MessageRecord } from '@imflow/core';
import { type Facts, type Finding, newestId } from './facts.ts';
import type { StatusDetails } from './sentences.ts';

export function explainIncoming(record: MessageRecord, facts: Facts): Finding {
  const { state } = facts;
  if (record.retracted !== undefined) return { reason: 'retracted' };
  if (record.archived === true) return { reason: 'archived' };
  const awaited = state?.proxied.entries.find(({ id, reported }) => id === record.id && !reported);
  if (awaited !== undefined) return { reason: 'outcome-awaited', due: awaited.deadline };
  if (record.outcome === 'success') return { reason: 'outcome-success' };
  if (record.outcome !== undefined) return { reason: 'outcome-failure', code: record.outcome };
  if (record.receipt === 'owed') return explainOwed(record, facts, 'A delivery receipt');
  if (record.receipt === undefined) return explainNoReceipt(record, facts);
  return explainDisplayed(record, facts);
}

function explainNoReceipt({ sender }: MessageRecord, { capabilities, state }: Facts): Finding {
  if (!capabilities.deliveryNotifications) return { reason: 'no-receipts-carried' };
  if (state?.settings.notify.delivered === false) return { reason: 'receipts-off' };
  return { reason: isTrusted(state, sender) ? 'no-receipt-requested' : 'untrusted' };
}

function explainDisplayed(record: MessageRecord, facts: Facts): Finding {
  const { capabilities, state } = facts;
  if (state === undefined) return { reason: 'unseen' };
  const { receipts, settings, readMarkers } = state;
  if (receipts.displayed.some(({ id }) => id === record.id)) {
    return receipts.hasFocus ? { reason: 'displayed-soon', due: receipts.sendDisplayedAt } : { reason: 'attention' };
  }
  const { revision } = record;
  const isSeen = revision === undefined ? record.order <= readMarkers.displayedOrder : revision.displayed === true;
  if (!isSeen) return { reason: 'unseen' };
  if (capabilities.displayedNotifications === false) return { reason: 'no-displayed-carried' };
  if (!settings.notify.displayed) return { reason: 'displayed-off' };
  if (record.wantsDisplayed === false) return { reason: 'no-displayed-requested' };
  const owed = findReceipt(state, record, 'displayed');
  return owed === undefined ? { reason: 'displayed-sent' } : explainOwed(record, facts, 'A displayed receipt');
}

/** The first of the conditions that are not met, in the order in which they have to be met. */
function explainOwed(record: MessageRecord, { state, now }: Facts, receipt: StatusDetails['receipt']): Finding {
  if (state === undefined) return { reason: 'receipt-owed', receipt };
  const { receipts, lifecycle, role, storageError } = state;
  if (lifecycle.phase === 'terminated') return { reason: 'receipt-ended', receipt };
  if (role === 'follower') return { reason: 'receipt-follower', receipt };
  if (!receipts.online) return { reason: 'receipt-offline', receipt };
  if (storageError?.code === 'outdated') return { reason: 'receipt-outdated', receipt };
  if (!receipts.reachable) return { reason: 'receipt-participant', receipt };
  const owed = findReceipt(state, record, receipt === 'A displayed receipt' ? 'displayed' : 'delivered');
  if (owed === undefined) return { reason: 'receipt-owed', receipt };
  if (!owed.durable) return { reason: 'receipt-storage', receipt };
  if (owed.answerBy < Number.POSITIVE_INFINITY) return { reason: 'receipt-in-flight', receipt };
  if (receipts.retryAt > now) return { reason: 'receipt-retry', receipt, due: receipts.retryAt };
  return { reason: 'receipt-next', receipt };
}

function findReceipt(
  { receipts }: InspectedState,
  record: MessageRecord,
  outcome: 'delivered' | 'displayed',
): InspectedReceipt | undefined {
  const id = newestId(record);
  return receipts.pending.find(({ notification }) => {
    const { messageId, messageIds = [messageId] } = notification;
    if (outcome === 'displayed') return notification.outcome === outcome && messageIds.includes(id);
    return notification.outcome !== 'displayed' && messageId === id;
  });
}

/** A trace that was printed has no function; then the sender counts as trusted. */
function isTrusted(state: InspectedState | undefined, sender: string): boolean {
  try {
    return (state?.settings.trust?.(sender) ?? 'trusted') === 'trusted';
  } catch {
    return false;
  }
}
