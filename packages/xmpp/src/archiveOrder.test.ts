import { createInstantMessagingFlow } from '@imflow/core';
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

it('B275 messages that arrive in a different order than the archive has are sorted when the archive is read, also beside a waiting one', async () => {
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
