import { describe, expect, it } from 'vitest';
import { ANA, BO, createScriptedSession } from '../test/scriptedSession.ts';
import { NS } from './namespaces.ts';
import { conditionOf, encodeMessageError, responseCodeOf } from './stanzaError.ts';
import { childOf, element, parseXml, textOf } from './xml.ts';

const ENCRYPTED = 'application/vnd.imflow.encrypted';

describe('messages of other clients', () => {
  it.each([
    ['<encryption xmlns="urn:xmpp:eme:0" namespace="eu.siacs.conversations.axolotl"/><body>I sent you OMEMO</body>'],
    ['<encrypted xmlns="eu.siacs.conversations.axolotl"><header sid="1"/><payload>abc</payload></encrypted>'],
    ['<encrypted xmlns="urn:xmpp:omemo:2"><header/><payload>abc</payload></encrypted><body>fallback</body>'],
    ['<openpgp xmlns="urn:xmpp:openpgp:0">abc</openpgp>'],
    ['<x xmlns="jabber:x:encrypted">abc</x><body>This message is encrypted.</body>'],
    ['<encryption xmlns="urn:xmpp:eme:0" namespace="urn:xmpp:otr:0"/><body>?OTR:abc</body>'],
    [
      '<body>?OTR:AAMDJ+MVmSfjFZcAAAAAAQAAAAIAAADA1g5IjD1ZGLDVQEyCgCyn9hbrL3KAbGDdzE2ZkMyTKl7XfkSxh8YJnudstiB74i4=.</body>',
    ],
    ['<body>?OTRv23?\nBo has requested a private conversation.</body>'],
    ['<e2e xmlns="urn:ietf:params:xml:ns:xmpp-e2e">abc</e2e><body>This message is encrypted.</body>'],
  ])('B262 an encrypted message is shown as encrypted, and never reported as displayed: %s', async (inner) => {
    const { events, say, shown } = await createScriptedSession();
    say(`${inner}<markable xmlns="urn:xmpp:chat-markers:0"/><request xmlns="urn:xmpp:receipts"/>`);
    expect(shown()).toEqual([[ENCRYPTED, '']]);
    expect(events[0]).toMatchObject({ message: { requestedReceipts: { delivered: true, displayed: false } } });
  });

  it.each([
    ['<body/>'],
    ['<body>  \n\t </body>'],
    ['<body>\u200B\u2060</body>'],
    ['<body>\uFFF9\u{1D159}</body>'],
    ['<file-sharing xmlns="urn:xmpp:sfs:0"><sources/></file-sharing>'],
    ['<subject> </subject><body> </body>'],
    ['<encrypted xmlns="eu.siacs.conversations.axolotl"><header sid="1"/></encrypted>'],
    ['<reactions xmlns="urn:xmpp:reactions:0"><reaction>x</reaction></reactions><body>x</body>'],
    ['<retract xmlns="urn:xmpp:message-retract:1"/><body>/me retracted a message</body>'],
    ['<replace xmlns="urn:xmpp:message-correct:0" id="o1"/><body> </body>'],
    ['<x xmlns="jabber:x:oob"><url>javascript:alert(1)</url></x>'],
  ])('B262 a stanza with nothing to show is not received as a message: %s', async (inner) => {
    const { say, shown } = await createScriptedSession();
    say(inner);
    expect(shown()).toEqual([]);
  });

  it.each([
    ['<subject>Lunch</subject><body>At noon?</body>', 'Lunch\n\nAt noon?'],
    ['<x xmlns="jabber:x:oob"><url>https://example.com/a.jpg</url></x>', 'https://example.com/a.jpg'],
    [
      '<x xmlns="jabber:x:oob"><url>https://example.com/a</url></x><x xmlns="jabber:x:oob"><url>https://example.com/b</url></x>' +
        '<x xmlns="jabber:x:oob"><url>https://example.com/a</url></x>',
      'https://example.com/a\nhttps://example.com/b',
    ],
    ['<body>What is ?OTR: good for</body>', 'What is ?OTR: good for'],
    ['<body>Hello</body><body xml:lang="de">Hallo</body><body xml:lang="fr">Bonjour</body>', 'Hallo'],
    ['<body xml:lang="fr">Bonjour</body><body xml:lang="ja">x</body>', 'Bonjour'],
    [
      '<reply xmlns="urn:xmpp:reply:0" to="ana@example.com" id="o1"/><fallback xmlns="urn:xmpp:fallback:0" ' +
        'for="urn:xmpp:reply:0"><body start="0" end="8"/></fallback><body>&gt; \u{1F600} hi\n\nYes</body>',
      'Yes',
    ],
    [
      '<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:reply:0"><body start="3" end="99"/></fallback><body>kept</body>',
      'kept',
    ],
    ['<fallback xmlns="urn:xmpp:fallback:0" for="urn:example:poll"><body/></fallback><body>A poll</body>', 'A poll'],
  ])(
    'B262 a message is shown in full, in the language of the reader, without the fallback quotes: %s',
    async (inner, body) => {
      const { say, shown } = await createScriptedSession(['de-AT', 'en']);
      say(inner);
      expect(shown()).toEqual([['text/plain', body]]);
    },
  );

  it('B263 a failure is an error stanza for a different client, and an own element for a client of this kind', async () => {
    const { server, channel, say } = await createScriptedSession();
    say('<body>hello</body>', 'type="chat" id="f1"');
    say('<body>hello</body><message xmlns="urn:imflow:message:1" at="1"/>', 'type="chat" id="o1"');
    for (const messageId of ['f1', 'o1']) {
      channel.sendNotification({ messageId, outcome: 'failed', code: 415 }).catch(() => undefined);
    }
    const [foreign, own] = server.heard.filter(({ name }) => name === 'message');
    expect(foreign?.attributes).toEqual({ to: 'bo@example.com/phone', type: 'error', id: 'f1' });
    const error = childOf(foreign!, 'error', NS.client)!;
    expect(error.attributes).toEqual({ type: 'modify' });
    expect(childOf(error, 'not-acceptable', NS.stanzas)).toBeDefined();
    expect(own?.attributes).toMatchObject({ to: 'bo@example.com', type: 'chat' });
    expect(childOf(own!, 'failed', NS.imflow)?.attributes).toEqual({ id: 'o1', code: '415' });
  });

  it.each([
    ['cancel', 'service-unavailable', '', 404],
    ['wait', 'service-unavailable', '', 503],
    ['cancel', 'item-not-found', '', 404],
    ['modify', 'policy-violation', '', 413],
    ['cancel', 'not-acceptable', '<failed xmlns="urn:imflow:message:1" id="m1" code="415"/>', 415],
    ['cancel', 'not-acceptable', '<failed xmlns="urn:imflow:message:1" id="m1" code="200"/>', 406],
    ['cancel', 'something-new', '', 500],
  ])('B263 an error of the type %s with %s%s fails a message with the code %i', async (type, condition, more, code) => {
    const { events, say } = await createScriptedSession();
    say(
      `<error type="${type}"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>${more}</error>`,
      'type="error" id="m1"',
    );
    expect(events).toMatchObject([{ type: 'notification', messageId: 'm1', outcome: 'failed', code }]);
  });

  it('B263 each failure code maps to a condition that other clients know, and back', () => {
    for (let code = 300; code <= 699; code += 1) {
      const stanza = encodeMessageError('bo@example.com/phone', 'm1', code);
      expect(conditionOf(stanza), String(code)).not.toBe('undefined-condition');
      expect(responseCodeOf(stanza)).toBe(code);
    }
    expect(conditionOf(encodeMessageError('bo@example.com/phone', 'm1', 513))).toBe('policy-violation');
  });

  it('B263 the failure of a message from the archive is sent to the address that sent the message', async () => {
    const { server, channel, clock } = await createScriptedSession(['en'], (prepared) => {
      prepared.archive = [{ id: 'p0', message: element('message', NS.client, { from: BO, to: ANA, id: 'f0' }) }];
    });
    const body = element('body', NS.client, {}, 'hello');
    server.archive?.push({
      id: 'p1',
      message: element('message', NS.client, { from: `${BO}/phone`, to: ANA, type: 'chat', id: 'f1' }, body),
    });
    server.drop();
    await clock.advance(1_000);
    channel.sendNotification({ messageId: 'f1', outcome: 'failed', code: 480 }).catch(() => undefined);
    const last = server.heard.findLast(({ name }) => name === 'message');
    expect(last?.attributes).toEqual({ to: `${BO}/phone`, type: 'error', id: 'f1' });
  });

  it('B264 an address has one canonical form for all its spellings', async () => {
    const { transport, say, shown } = await createScriptedSession();
    for (const written of ['Bo@Example.COM/phone', 'bo@example.com.', 'ｂｏ@example.com', 'bo@example.com./a@b.']) {
      expect(transport.normalizeAddress?.(written)).toBe('bo@example.com');
    }
    say('<body>hello</body>');
    expect(shown()).toHaveLength(1);
  });
});

it('B262 the text of a body is read from its own element', () => {
  expect(textOf(childOf(parseXml('<m xmlns="jabber:client"><body>a</body></m>'), 'body', NS.client))).toBe('a');
});
