/** Checks of the conformance suite: composing and notifications. */

import type { OutgoingNotification } from '@imflow/core';
import {
  arrived,
  check,
  type Checks,
  type ConformancePair,
  connected,
  eventually,
  nextFrameSequence,
  ofType,
  outcomeOf,
  doesNotThrow,
  resolved,
  expectEqual,
  sent,
  type TestPair,
  text,
} from './harness.ts';

/** Ana sends a message, and Bo sends a notification about it. */
async function notify(
  pair: ConformancePair,
  { ana, bo }: TestPair,
  notification: Omit<OutgoingNotification, 'messageId'>,
): Promise<void> {
  const message = text();
  await sent(pair, ana, message);
  await arrived(pair, bo, message.messageId);
  const { messageId } = message;
  const { outcome, code, upTo } = notification;
  const messageIds = notification.messageIds === undefined ? undefined : [...notification.messageIds, messageId];
  const full = { ...notification, messageId, ...(messageIds === undefined ? {} : { messageIds }) };
  const sending = doesNotThrow('sendNotification', () => bo.channel.sendNotification(full));
  await resolved(pair, sending, `sendNotification of ${outcome}`);
  const find = (): ReturnType<typeof ofType<'notification'>>[number] | undefined =>
    ofType(ana, 'notification').find((event) => event.messageId === messageId && event.outcome === outcome);
  await eventually(pair, () => find() !== undefined, `a notification of ${outcome} never arrived`);
  const got = find();
  expectEqual(got?.sender, pair.bo.localAddress, 'the sender of a notification');
  expectEqual(got?.code, code, `the code of a notification of ${outcome}`);
  expectEqual(got?.upTo ?? false, upTo ?? false, `upTo of a notification of ${outcome}`);
  if (pair.omits?.includes('messageIds') !== true)
    expectEqual(got?.messageIds, messageIds, `messageIds of a notification of ${outcome}`);
}

/** Checks of the conformance suite: composing and notifications. */
export const notificationChecks: Checks = {
  'composing: both states arrive, in order, with frameSequence and refresh': async (pair) => {
    const { ana, bo } = await connected(pair);
    const announces = pair.ana.capabilities.composing?.announce === true && pair.omits?.includes('refresh') !== true;
    const notifications = (['composing', 'idle'] as const).map((state) => {
      const refresh = state === 'composing' && announces ? { refresh: 90_000 } : {};
      return { state, frameSequence: nextFrameSequence(), ...refresh };
    });
    for (const notification of notifications) {
      const sending = doesNotThrow('sendComposing', () => ana.channel.sendComposing(notification));
      const outcome = await outcomeOf(pair, sending, 'sendComposing');
      if (!outcome.resolved) {
        expectEqual((outcome.error as { code?: unknown }).code, 415, 'the code with which composing was refused');
        return;
      }
    }
    await eventually(pair, () => ofType(bo, 'composing').length >= 2, 'a composing notification never arrived');
    const got = ofType(bo, 'composing');
    for (const event of got) expectEqual(event.sender, pair.ana.localAddress, 'the sender of a composing notification');
    expectEqual(
      got.map(({ state }) => state),
      ['composing', 'idle'],
      'the composing states',
    );
    if (announces) expectEqual(got[0]?.refresh, 90_000, 'the refresh that composing announces');
    if (pair.omits?.includes('frameSequence') === true) return;
    expectEqual(
      got.map(({ frameSequence }) => frameSequence),
      notifications.map(({ frameSequence }) => frameSequence),
      'the stamps of composing',
    );
  },

  'notifications: delivered and failed reach the sender, with the code': async (pair) => {
    if (!pair.ana.capabilities.deliveryNotifications) return;
    const endpoints = await connected(pair);
    await notify(pair, endpoints, { outcome: 'delivered' });
    await notify(pair, endpoints, { outcome: 'failed', code: 486 });
  },

  'notifications: displayed reaches the sender, up to a message with the messageIds that it covers, or for each':
    async (pair) => {
      const { displayedNotifications } = pair.ana.capabilities;
      if (displayedNotifications === false) return;
      const endpoints = await connected(pair);
      if (displayedNotifications === 'each') {
        await notify(pair, endpoints, { outcome: 'displayed' });
        return;
      }
      await notify(pair, endpoints, { outcome: 'displayed', upTo: true });
      await notify(pair, endpoints, { outcome: 'displayed', upTo: true, messageIds: ['an earlier one'] });
    },

  'notifications: the same notification sent again is accepted': async (pair) => {
    if (!pair.ana.capabilities.deliveryNotifications) return;
    const { ana, bo } = await connected(pair);
    const message = text();
    await sent(pair, ana, message);
    await arrived(pair, bo, message.messageId);
    for (const what of ['sendNotification', 'sendNotification again']) {
      const sending = bo.channel.sendNotification({ messageId: message.messageId, outcome: 'delivered' });
      await resolved(pair, sending, what);
    }
    const strange = ofType(ana, 'notification').some(({ messageId }) => messageId !== message.messageId);
    check(!strange, 'a notification arrived for a message without one');
  },
};
