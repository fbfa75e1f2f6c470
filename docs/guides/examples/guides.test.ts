import { createLoopbackNetwork } from '@imflow/core/transports';
import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createFakeTransport, createSeededRandom, createVirtualClock, type VirtualClock } from '@imflow/testing';
import { createXmppTransport } from '@imflow/xmpp';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openFlow, say } from './fromUcma.ts';
import { createGateway } from './gateway.ts';
import { newestPage } from './historyPage.ts';
import { Conversation as NextConversation } from '../../../templates/next/app/Conversation.tsx';
import NextLayout from '../../../templates/next/app/layout.tsx';
import NextPage from '../../../templates/next/app/page.tsx';
import { privateConversation } from './privateConversation.ts';
import { correct, revisionsOf, takeBack, toggle, undo, undoable } from './operations.ts';
import { order, record } from './sending.ts';
import { connectAnaBySip } from './sipConnection.ts';
import { connectAna } from './xmppConnection.ts';
import { filesOnXmppServer } from './xmppFiles.ts';

interface Two {
  readonly clock: VirtualClock;
  readonly network: ReturnType<typeof createLoopbackNetwork>;
  flow(local: string, remote: string, options?: object): InstantMessagingFlow;
}

/** A network in virtual time, on which every frame takes 10 ms. */
function two(): Two {
  const clock = createVirtualClock();
  const random = createSeededRandom(1);
  const network = createLoopbackNetwork({ clock, random, faults: { delay: 10 } });
  const flow = (local: string, remote: string, options: object = {}): InstantMessagingFlow => {
    const made = createInstantMessagingFlow({ transport: network.connect(local), remote, clock, random, ...options });
    onTestFinished(() => made.terminate());
    made.start();
    return made;
  };
  return { clock, network, flow };
}

it('sending.ts reports the outcome of an order and records each stage', async () => {
  const { clock, flow } = two();
  const [ana, bo] = [flow('ana', 'bo'), flow('bo', 'ana')];
  const lines: string[] = [];
  record(ana, (line) => lines.push(line));
  await clock.advance(100);
  const told = order(ana, 'Two tickets');
  await clock.advance(100);
  expect(await told).toMatch(/: it arrived$/);
  bo.markDisplayed(bo.messages.order[0] ?? '');
  await clock.advance(2_000);
  expect(lines.map((line) => line.replace(/\d+ ms/, '… ms'))).toEqual([
    'Two tickets: queued -> sending after … ms',
    'Two tickets: sending -> sent after … ms',
    'Two tickets: sent -> delivered after … ms',
    'Two tickets: delivered -> displayed after … ms',
  ]);
});

it('sending.ts reports a message without a response', async () => {
  const clock = createVirtualClock();
  const transport = createFakeTransport({ autoAnswer: 'manual' });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock });
  flow.start();
  const told = order(flow, 'Two tickets');
  await clock.advance(30_000);
  expect(await told).toMatch(/there was no answer/);
  flow.terminate();
});

it('privateConversation.ts sends no typing and no displayed receipts', async () => {
  const clock = createVirtualClock();
  const transport = createFakeTransport({ localAddress: 'ana@example.org' });
  const template = privateConversation;
  const flow = createInstantMessagingFlow({ transport, remote: 'bo@example.org', clock, template });
  flow.start();
  flow.setLocalComposingState('composing');
  transport.push({
    type: 'message',
    message: { messageId: 'm1', sender: 'bo@example.org', contentType: 'text/plain', body: 'Hello' },
  });
  flow.markDisplayed('m1');
  await clock.advance(1_000);
  expect(transport.wire).toEqual(['delivered:m1']);
  flow.terminate();
});

it('gateway.ts reports the outcome on the other network, and sends nothing once the report is no longer pending', async () => {
  const { clock, network, flow } = two();
  const ana = flow('ana', 'phone');
  const fates: Record<string, () => Promise<void>> = {
    yes: () => Promise.resolve(),
    no: () => Promise.reject(new Error('switched off')),
    late: () => new Promise((resolve) => clock.setTimer(resolve, 40_000)),
  };
  // The gateway runs on the system clock, as the example does; so its own time-out is not part of this test.
  const gateway = createGateway(network.connect('phone'), 'ana', { deliver: ({ text }) => fates[text]!() });
  onTestFinished(() => gateway.terminate());
  await clock.advance(100);
  const ids = ['yes', 'no', 'late'].map((text) => ana.sendMessage(text).id);
  await clock.advance(1_000);
  expect(ids.map((id) => ana.messages.get(id)?.status)).toEqual(['delivered', 'undeliverable', 'sent']);
  expect(ana.messages.get(ids[1]!)?.code).toBe(480);
  expect(gateway.store.getState().pendingDeliveryReports).toBe(1);
  gateway.terminate();
  await clock.advance(60_000);
  expect(ana.messages.get(ids[2]!)?.status).toBe('sent');
});

it('fromUcma.ts receives and sends like a UCMA flow', async () => {
  const { clock, network, flow } = two();
  const lines: string[] = [];
  const ana = openFlow(network.connect('ana'), 'bo', (line) => lines.push(line));
  onTestFinished(() => ana.terminate());
  const bo = flow('bo', 'ana');
  await clock.advance(100);
  bo.setLocalComposingState('composing');
  await clock.advance(100);
  bo.sendMessage('Hello');
  const said = say(ana, 'Hello Bo');
  await clock.advance(100);
  expect(await said).toBe('delivered');
  expect(lines).toEqual(['idle -> active', 'bo is composing', 'bo is idle', 'bo: Hello', 'delivered']);
});

it('the conversation of templates/next renders the same HTML on a server each time', () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
  const page = (): string => renderToString(createElement(NextConversation, { me: 'ana', remote: 'bo', name: 'Bo' }));
  expect(page()).toContain('aria-label="Conversation with Bo"');
  expect(page()).toBe(page());
  expect(complaints).not.toHaveBeenCalled();
});

it('the page of templates/next shows the conversation from the side of the signed-in user', async () => {
  const pageOf = async (me?: string): Promise<string> =>
    renderToString(await NextPage({ searchParams: Promise.resolve(me === undefined ? {} : { me }) }));
  expect(renderToString(createElement(NextLayout, null, await pageOf()))).toMatch(/^<html lang="en"/);
  expect(await pageOf()).toContain('aria-label="Conversation with Bo"');
  expect(await pageOf('bo')).toContain('aria-label="Conversation with Ana"');
});

it('a connection over SIP knows its participant before it is established', () => {
  const transport = connectAnaBySip('secret');
  expect(transport.localAddress).toBe('ana@example.com');
  expect(transport.getStatus().state).toBe('offline');
  expect(transport.capabilities).toMatchObject({ deferredResponses: true, displayedNotifications: 'each' });
});

it('conversation.mjs runs two engines in Node and prints the messages of both', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./conversation.mjs');
  expect(log.mock.calls.flat()).toEqual(['Bo received: Hello', 'Ana sees: delivered']);
});

it('a connection over XMPP knows its participant before it is established', () => {
  const transport = connectAna('secret');
  expect(transport.localAddress).toBe('ana@example.com');
  expect(transport.getStatus()).toEqual({ state: 'offline' });
});

it('xmppFiles.ts lets an account send files', () => {
  const transport = createXmppTransport({
    server: 'wss://example.com/ws',
    address: 'ana@example.com',
    password: 'secret',
  });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo@example.com', files: filesOnXmppServer(transport) });
  onTestFinished(() => flow.terminate());
  expect(flow.files?.canSend).toBe(true);
});

it('historyPage.ts shows an own message as read when the server reports it as read', async () => {
  const clock = createVirtualClock();
  const transport = createFakeTransport({ localAddress: 'ana', capabilities: { history: true } });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random: createSeededRandom(1) });
  onTestFinished(() => flow.terminate());
  flow.start();
  await clock.advance(0);

  const loaded = flow.loadOlder();
  await clock.advance(0);
  transport.historyRequests[0]?.accept(newestPage());
  await loaded;

  expect(flow.messages.get('m1')).toMatchObject({ direction: 'outgoing', status: 'displayed' });
});

it('operations.ts edits, reacts, retracts, and undoes', async () => {
  const { clock, flow } = two();
  const [ana, bo] = [flow('ana', 'bo'), flow('bo', 'ana')];
  const { id } = ana.sendMessage('Meet at six');
  await clock.advance(100);
  bo.markDisplayed(id);
  await clock.advance(2_000);

  const corrected = correct(ana, id, 'Meet at seven');
  await clock.advance(100);
  expect(await corrected).toBe('Changed.');
  expect(revisionsOf(ana.messages.get(id)!)).toEqual(['Meet at six: displayed', 'Meet at seven: delivered']);
  expect(bo.messages.get(id)?.body).toBe('Meet at seven');

  toggle(bo, bo.messages.get(id)!, '👍');
  await clock.advance(100);
  expect(ana.messages.get(id)?.reactions).toMatchObject([{ author: 'bo', emojis: ['👍'] }]);
  toggle(bo, bo.messages.get(id)!, '👍');
  await clock.advance(100);
  expect(ana.messages.get(id)?.reactions).toMatchObject([{ author: 'bo', emojis: [] }]);

  const takenBack = takeBack(ana, id);
  await clock.advance(100);
  expect(await takenBack).toBe('You deleted this message');
  expect([ana, bo].map((side) => side.messages.get(id)?.body)).toEqual(['', '']);
});

it('operations.ts retracts a held message and restores its text', async () => {
  const { clock, flow } = two();
  const [ana, bo] = [flow('ana', 'bo', { template: undoable }), flow('bo', 'ana')];
  const { id } = ana.sendMessage('Sent in anger');
  await clock.advance(4_000);
  expect(undo(ana, id)).toBe('Sent in anger');
  ana.sendMessage('Sent in peace');
  await clock.advance(6_000);
  expect(Array.from(bo.messages.order, (each) => bo.messages.get(each)?.body)).toEqual(['Sent in peace']);
});
