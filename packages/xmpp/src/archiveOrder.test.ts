import { createInstantMessagingFlow } from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import { expect, it } from 'vitest';
import { ANA, BO, createScriptedSession } from '../test/scriptedSession.ts';
import { parseXml } from './xml.ts';

/** A message of a different client, whose only order is its position in the archive. */
function stanzaOf(number: number): string {
  return (
    `<message xmlns="jabber:client" from="${BO}/phone" to="${ANA}" id="m${number}" type="chat">` +
    `<body>${number}</body><stanza-id xmlns="urn:xmpp:sid:0" by="${ANA}" id="p${number}"/></message>`
  );
}

it('B275 messages that arrive in a different order than that of the archive are sorted when the archive is read, also beside an own message that waits', async () => {
  const { server, transport, clock } = await createScriptedSession(['en'], (scripted) => {
    scripted.archive = [];
  });
  const flow = createInstantMessagingFlow({ transport, remote: BO, clock });
  flow.start();
  await clock.advance(100);
  const shown = (): (string | undefined)[] => Array.from(flow.messages.order, (id) => flow.messages.get(id)?.body);
  for (const number of [1, 4, 2, 5, 3]) server.say(stanzaOf(number));
  await clock.advance(100);
  expect(shown()).toEqual(['1', '4', '2', '5', '3']);
  server.archive = [1, 2, 3, 4, 5].map((number) => ({ id: `p${number}`, message: parseXml(stanzaOf(number)) }));
  server.drop();
  flow.sendMessage('waits');
  await clock.advance(60_000);
  expect(transport.getStatus().state).toBe('online');
  expect(shown()).toEqual(['1', '2', '3', '4', '5', 'waits']);
  flow.terminate();
});

it('B260 a device with stored messages and without a saved session reads from the archive what it missed', async () => {
  const storage = createMemoryStorage();
  const at = Date.UTC(2026, 0, 1);
  const archive = [1, 2, 3].map((number) => ({ id: `p${number}`, message: parseXml(stanzaOf(number)), at }));
  const first = await createScriptedSession(['en'], (scripted) => {
    scripted.archive = archive.slice(0, 1);
  });
  const before = createInstantMessagingFlow({ transport: first.transport, remote: BO, clock: first.clock, storage });
  before.start();
  await first.clock.advance(100);
  first.server.say(stanzaOf(1));
  await first.clock.advance(100);
  before.terminate();
  await first.clock.advance(100);

  const { transport, clock } = await createScriptedSession(['en'], (scripted) => {
    scripted.archive = archive;
  });
  const flow = createInstantMessagingFlow({ transport, remote: BO, clock, storage });
  flow.start();
  await clock.advance(1_000);
  expect(Array.from(flow.messages.order, (id) => flow.messages.get(id)?.body)).toEqual(['1', '2', '3']);
  expect(flow.store.getState().unreadCount).toBe(3);
  flow.terminate();
});

it.each([
  ['an own message of another device that arrived late', [1, 3], undefined],
  ['pages of two entries', [4, 1, 5], 2],
  ['messages that arrive twice, as after a resumed session', [3, 1, 3, 5, 4, 1], undefined],
])('B275 the order is that of the archive with %s', async (_, live, mostOfPage) => {
  const { server, transport, clock } = await createScriptedSession(['en'], (scripted) => {
    scripted.archive = [];
    if (mostOfPage !== undefined) scripted.mostOfPage = mostOfPage;
  });
  const flow = createInstantMessagingFlow({ transport, remote: BO, clock });
  flow.start();
  await clock.advance(100);
  const own = stanzaOf(2).replace(`from="${BO}/phone" to="${ANA}"`, `from="${ANA}/desk" to="${BO}"`);
  for (const number of live) server.say(stanzaOf(number));
  await clock.advance(100);
  server.say(
    `<message xmlns="jabber:client" from="${ANA}" to="${ANA}/r"><sent xmlns="urn:xmpp:carbons:2">` +
      `<forwarded xmlns="urn:xmpp:forward:0">${own}</forwarded></sent></message>`,
  );
  await clock.advance(100);
  expect(flow.messages.order.length).toBe(new Set(live).size + 1);
  server.archive = [1, 2, 3, 4, 5].map((number) => ({
    id: `p${number}`,
    message: parseXml(number === 2 ? own : stanzaOf(number)),
  }));
  server.drop();
  await clock.advance(60_000);
  const shown = Array.from(flow.messages.order, (id) => flow.messages.get(id)?.body);
  expect(shown).toEqual(['1', '2', '3', '4', '5']);
  flow.terminate();
});
