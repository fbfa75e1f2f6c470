/** Checks of the conformance suite: what every transport guarantees for messages. */

import type { ChannelEvent, HistoryReceipt, OutgoingMessage } from '@imflow/core';
import {
  arrived,
  check,
  type Checks,
  connected,
  type Endpoint,
  receivedMessages,
  ofType,
  online,
  open,
  outcomeOf,
  resolved,
  expectEqual,
  sent,
  type TestPair,
  text,
  type ConformancePair,
} from './harness.ts';

const BODIES: readonly string[] = [
  'hello',
  'zażółć gęślą jaźń — 你好, שלום 👩‍👩‍👧‍👦 e\u0301',
  '\n\nempty lines\n\n\nand  spaces \t at the end \n\n',
  '{"json":"in a \\"text\\""} <b>&amp;</b> \u2028 \u0000',
  '',
];

/** A body of 64 kB in UTF-8, or of the largest size that the transport accepts. */
function large(limit: number = 65_536): string {
  return 'é'.repeat(Math.floor(Math.min(limit, 65_536) / 2));
}

async function exchange(pair: ConformancePair, { ana, bo }: TestPair, message: OutgoingMessage): Promise<void> {
  await sent(pair, ana, message);
  const got = await arrived(pair, bo, message.messageId);
  expectEqual(got.body, message.body, 'the body of a message');
  expectEqual(got.contentType, message.contentType, 'the contentType of a message');
  expectEqual(got.sender, pair.ana.localAddress, 'the sender of a message');
  const omits = pair.omits ?? [];
  if (!omits.includes('sentAt')) expectEqual(got.sentAt, message.sentAt, 'the sentAt of a message');
  if (!omits.includes('frameSequence'))
    expectEqual(got.frameSequence, message.frameSequence, 'the frameSequence of a message');
}

function bodiesOf(end: Endpoint): string[] {
  return receivedMessages(end).map(({ body }) => body);
}

/** Checks of the conformance suite: messages. */
export const messageChecks: Checks = {
  'messages: arrive as they were sent': async (pair) => {
    const endpoints = await connected(pair);
    for (const body of BODIES) await exchange(pair, endpoints, text(body));
    await exchange(pair, endpoints, text('<p>hello</p>', 'text/html;charset=utf-8'));
  },

  'messages: 64 kB arrive, or the largest body that the capabilities allow': async (pair) => {
    const endpoints = await connected(pair);
    await exchange(pair, endpoints, text(large(pair.ana.capabilities.maxMessageBytes)));
  },

  'messages: go both ways at once': async (pair) => {
    const { ana, bo } = await connected(pair);
    const [there, back] = [text('there'), text('back')];
    const sending = [ana.channel.send(there), bo.channel.send(back)];
    for (const promise of sending) await resolved(pair, promise, 'send while the other side sends too');
    await arrived(pair, bo, there.messageId);
    await arrived(pair, ana, back.messageId);
    check(!bodiesOf(bo).includes('back'), 'a message came back on the channel that it was sent on');
  },

  'messages: send resolves with accepted or delivered': async (pair) => {
    const { ana } = await connected(pair);
    const answer = await sent(pair, ana, text());
    const { outcome, notificationExpected } = answer;
    check(['accepted', 'delivered'].includes(outcome), `the answer to a message was "${outcome}"`);
    const isFlag = notificationExpected === undefined || typeof notificationExpected === 'boolean';
    check(isFlag, 'notificationExpected of an answer is neither true nor false');
  },

  'messages: the same message sent again is accepted': async (pair) => {
    const { ana, bo } = await connected(pair);
    const message = text();
    await sent(pair, ana, message);
    await arrived(pair, bo, message.messageId);
    const again = await outcomeOf(pair, ana.channel.send({ ...message, attempt: 2 }), 'send again');
    check(again.resolved, 'the same message sent again was refused, but "already there" is an acceptance');
    await pair.settle();
    const changed = receivedMessages(bo).some(
      ({ messageId, body }) => messageId !== message.messageId || body !== 'hello',
    );
    check(!changed, 'a message that was sent again arrived with different content');
  },

  'messages: keep their order': async (pair) => {
    const { ana, bo } = await connected(pair);
    const messages = Array.from({ length: 40 }, (_, index) => text(`message ${index}`));
    const atOnce = Math.max(1, pair.ana.capabilities.maxInFlight ?? 1);
    for (let start = 0; start < messages.length; start += atOnce) {
      const sending = messages.slice(start, start + atOnce).map((message) => ana.channel.send(message));
      for (const promise of sending) await resolved(pair, promise, `one of ${sending.length} sends at once`);
    }
    for (const { messageId } of messages) await arrived(pair, bo, messageId);
    expectEqual(Array.from(new Set(bodiesOf(bo))), bodiesOf({ ...bo, events: messages.map(asEvent) }), 'the order');
    if (pair.omits?.includes('frameSequence') === true) return;
    const numbers = new Set(receivedMessages(bo).map(({ frameSequence }) => frameSequence?.sequence));
    expectEqual(numbers.size, messages.length, 'the number of different frame sequences of 40 messages');
  },

  'messages: sender and recipient share no objects': async (pair) => {
    const { ana, bo } = await connected(pair);
    const [frameSequence, messageIds] = [{ session: 'conformance', sequence: 0 }, ['one']];
    const message = { ...text('before'), frameSequence };
    const sending = ana.channel.send(message);
    message.body = 'after';
    frameSequence.sequence = 99;
    await resolved(pair, sending, 'send');
    const got = await arrived(pair, bo, message.messageId);
    expectEqual(got.body, 'before', 'the body of a message that its sender changed after send');
    check(
      got.frameSequence?.sequence !== 99,
      'the frameSequence of a message changed when its sender changed it after send',
    );
    check(got.frameSequence !== frameSequence, 'an object of the sender arrived at the recipient');

    const composing = { state: 'composing' as const, frameSequence };
    await outcomeOf(pair, ana.channel.sendComposing(composing), 'sendComposing');
    const displayed = { messageId: message.messageId, outcome: 'displayed', upTo: true, messageIds } as const;
    await outcomeOf(pair, bo.channel.sendNotification(displayed), 'sendNotification');
    await pair.settle();
    for (const event of ofType(bo, 'composing'))
      check(event.frameSequence !== frameSequence, 'a frameSequence object of the sender arrived');
    for (const event of ofType(ana, 'notification'))
      check(event.messageIds !== messageIds, 'an array of the sender arrived');
  },

  'deferred responses: the response is the outcome that the recipient reports': async (pair) => {
    if (pair.bo.capabilities.deferredResponses !== true) return;
    const ana = open(pair.ana, pair.bo.localAddress);
    const bo = open(pair.bo, pair.ana.localAddress, { reports: false });
    await online(pair, pair.ana);
    await online(pair, pair.bo);
    await pair.settle();
    for (const outcome of ['delivered', 'failed'] as const) {
      const message = text();
      const seen = { settled: false };
      const sending = ana.channel.send(message).finally(() => {
        seen.settled = true;
      });
      sending.catch(() => {});
      const got = await arrived(pair, bo, message.messageId);
      // A sender that requested a notification receives one, and need not wait for the response.
      if (got.responsePending !== true && got.requestedReceipts?.delivered === true) {
        await resolved(pair, sending, 'send of a message for which a notification is asked');
        continue;
      }
      check(got.responsePending === true, 'a message with a deferred response should have responsePending: true');
      await pair.settle();
      check(!seen.settled, 'the response came before the recipient had reported an outcome');
      const code = outcome === 'failed' ? { code: 486 } : {};
      const report = bo.channel.sendNotification({ messageId: message.messageId, outcome, asResponse: true, ...code });
      await resolved(pair, report, 'sendNotification with the answer');
      const answer = await outcomeOf(pair, sending, 'send');
      if (outcome === 'delivered') {
        expectEqual(
          answer.resolved && answer.value.outcome,
          'delivered',
          'the response to a message that was reported as delivered',
        );
      } else {
        check(!answer.resolved, 'send should reject for a message that was reported as failed');
        expectEqual((answer.error as { code?: unknown }).code, 486, 'the code of the rejection');
      }
    }
  },

  'history: pages are read from the newest, each oldest first': async (pair) => {
    if (pair.ana.capabilities.history !== true) return;
    const { ana, bo } = await connected(pair);
    check(bo.channel.loadHistory !== undefined, 'capabilities.history is true, but a channel has no loadHistory');
    const bodies = ['one', 'two', 'three', 'four', 'five'];
    for (const body of bodies) {
      const message = text(body);
      await sent(pair, ana, message);
      await arrived(pair, bo, message.messageId);
    }
    const read: string[] = [];
    let before: string | undefined;
    for (let pages = 0; pages < 10; pages += 1) {
      const request = { limit: 2, ...(before === undefined ? {} : { before }) };
      const { messages, end } = await resolved(pair, bo.channel.loadHistory(request), 'loadHistory');
      check(messages.length <= 2, `a history page has ${messages.length} messages, but the limit was 2`);
      read.unshift(...messages.map(({ body }) => body));
      if (end) break;
      before = messages[0]?.position;
      check(before !== undefined, 'the oldest message of a page that is not the last has no position');
    }
    expectEqual(read.slice(-bodies.length), bodies, 'the bodies that were read from the history');
  },

  'history: pages contain the receipts for own messages': async (pair) => {
    const { deliveryNotifications, displayedNotifications, history } = pair.ana.capabilities;
    if (history !== true || !deliveryNotifications || pair.omits?.includes('receipts') === true) return;
    const { ana, bo } = await connected(pair);
    const messages = ['delivered', 'displayed', 'nothing'].map((body) => text(body));
    const [delivered, displayed, unreported] = messages.map(({ messageId }) => messageId) as [string, string, string];
    for (const message of messages) {
      await sent(pair, ana, message);
      await arrived(pair, bo, message.messageId);
    }
    const notify = async (messageId: string, outcome: 'delivered' | 'displayed'): Promise<void> => {
      const upTo = outcome === 'displayed' && displayedNotifications === 'up-to';
      const how = upTo ? { upTo, messageIds: [messageId] } : {};
      await resolved(pair, bo.channel.sendNotification({ messageId, outcome, ...how }), 'sendNotification');
      await pair.settle();
    };
    await notify(delivered, 'delivered');
    if (displayedNotifications !== false) await notify(displayed, 'displayed');
    const receipts = await receiptsOf(pair, ana);
    for (const { sender } of receipts) expectEqual(sender, pair.bo.localAddress, 'the sender of a receipt in history');
    const hasReceipt = (messageId: string, outcome: string): boolean =>
      receipts.some((receipt) => receipt.messageId === messageId && receipt.outcome === outcome);
    check(hasReceipt(delivered, 'delivered'), 'history has no "delivered" receipt for an own message');
    if (displayedNotifications === false) return;
    check(hasReceipt(displayed, 'displayed'), 'history has no "displayed" receipt for an own message');
    const claims =
      hasReceipt(unreported, 'delivered') || hasReceipt(unreported, 'displayed') || hasReceipt(delivered, 'displayed');
    check(!claims, 'history has a receipt that the participant did not send');
  },
};

/** All receipts of a history, read page by page. */
async function receiptsOf(pair: ConformancePair, { channel }: Endpoint): Promise<readonly HistoryReceipt[]> {
  const receipts: HistoryReceipt[] = [];
  let before: string | undefined;
  for (let pages = 0; pages < 10; pages += 1) {
    check(channel.loadHistory !== undefined, 'capabilities.history is true, but a channel has no loadHistory');
    const request = { limit: 2, ...(before === undefined ? {} : { before }) };
    const page = await resolved(pair, channel.loadHistory(request), 'loadHistory');
    receipts.push(...(page.receipts ?? []));
    before = page.messages[0]?.position;
    if (page.end || before === undefined) break;
  }
  return receipts;
}

function asEvent(message: OutgoingMessage): ChannelEvent {
  return { type: 'message', message: { ...message, sender: '' } };
}
