import { createInstantMessagingFlow } from '@imflow/core';
import { createSeededRandom, createVirtualClock } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createScriptedServer } from '../test/scriptedServer.ts';
import { ANA, createScriptedSession } from '../test/scriptedSession.ts';
import { bareOf } from './address.ts';
import { createXmppTransport } from './index.ts';
import { NS } from './namespaces.ts';
import { element, serialize } from './xml.ts';

describe('an internationalised domain', () => {
  it.each([
    ['bo@xn--bcher-kva.example', 'bo@bücher.example'],
    ['Bo@XN--BCHER-KVA.Example/phone', 'bo@bücher.example'],
    ['bo@bücher.example', 'bo@bücher.example'],
    ['bo@BU\u0308CHER.example.', 'bo@bücher.example'],
    ['bo@chat.xn--bcher-kva.xn--p1ai', 'bo@chat.bücher.рф'],
    ['bo@xn--fiqs8s', 'bo@中国'],
    ['bo@xn--ihqwcrb4cv8a8dqg056pqjye', 'bo@他们为什么不说中文'],
    ['bo@xn--egbpdaj6bu4bxfgehfvwxn', 'bo@ليهمابتكلموشعربي؟'],
    ['bo@bücher。example', 'bo@bücher.example'],
    ['xn--bcher-kva.example', 'bücher.example'],
    ['bücher.example/chat', 'bücher.example'],
  ])('B401 each spelling of an address has one canonical form: %s is %s', (written, canonical) => {
    expect(bareOf(written)).toBe(canonical);
    expect(bareOf(bareOf(written))).toBe(canonical);
  });

  it.each([
    'bo@xn--a.example',
    'bo@xn--.example',
    'bo@xn--99999999999999999999.example',
    'bo@xn--bcher-kva.example:5280',
    'bo@xn--bcher-kva.example?x',
    'bo@bü#cher',
    'bo@bü%63her.example',
    'xn--bo@example.com',
    'bücher@example.com',
    'bo@example.com',
    'bo@[::1]',
    'bo@1.2',
  ])('B401 an address with an invalid domain stays unchanged: %s', (written) => {
    expect(bareOf(written)).toBe(written);
  });
});

it('B401 all spellings of an internationalised domain lead to one conversation and one storage key', async () => {
  const { server, transport, clock } = await createScriptedSession();
  const flows = ['bo@xn--bcher-kva.example', 'bo@BÜCHER.example'].map((remote) =>
    createInstantMessagingFlow({ transport, remote, clock }),
  );
  expect(flows.map(({ remote }) => remote)).toEqual(['bo@bücher.example', 'bo@bücher.example']);
  for (const flow of flows) flow.start();
  await clock.advance(100);
  const from = 'bo@xn--bcher-kva.example/phone';
  server.say(
    `<message xmlns="jabber:client" from="${from}" to="${ANA}" id="m1" type="chat"><body>hello</body></message>`,
  );
  await clock.advance(100);
  for (const flow of flows) {
    expect(flow.messages.get('m1')).toMatchObject({ body: 'hello', sender: 'bo@bücher.example' });
    flow.terminate();
  }
});

it('B401 a client sends its own internationalised domain in the form that the server expects', async () => {
  const server = createScriptedServer();
  const clock = createVirtualClock();
  const transport = createXmppTransport({
    server: 'ws://127.0.0.1/ws',
    address: 'ana@xn--bcher-kva.example',
    password: 'secret',
    createSocket: server.createSocket,
    clock,
    random: createSeededRandom(1),
  });
  transport.connect();
  await clock.advance(100);
  expect(transport.localAddress).toBe('ana@bücher.example');
  expect(server.heard.find(({ name }) => name === 'open')?.attributes['to']).toBe('bücher.example');
  transport.disconnect();
});

it('B387 an answer is accepted where the server spells its sender differently, and ignored where it comes from another resource', async () => {
  const { server, transport, clock } = await createScriptedSession();
  server.respond = () => undefined;
  const answer = transport.requestIq('get', element('query', NS.last), 'bo@bücher.example/Phone');
  const counts = expect(answer).resolves.toMatchObject({ attributes: { from: 'Bo@xn--bcher-kva.example./Phone' } });
  await clock.advance(10);
  const id = server.heard.findLast(({ name }) => name === 'iq')?.attributes['id'];
  for (const from of ['bo@bücher.example/phone', 'bo@bücher.example', 'Bo@xn--bcher-kva.example./Phone']) {
    server.say(serialize(element('iq', NS.client, { type: 'result', id, from })));
  }
  await clock.advance(60_000);
  await counts;
});

it('B387 a device becomes unavailable also under a different spelling of its address', async () => {
  const { server, events, clock } = await createScriptedSession();
  server.say(serialize(element('presence', NS.client, { from: 'bo@example.com/Phone' })));
  server.say(serialize(element('presence', NS.client, { from: 'Bo@Example.com./Phone', type: 'unavailable' })));
  await clock.advance(10);
  expect(events).toMatchObject([{ change: 'available' }, { change: 'unavailable' }]);
});
