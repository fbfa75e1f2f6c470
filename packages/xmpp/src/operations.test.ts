import { createHash } from 'node:crypto';
import type { ChannelEvent, IncomingOperation, OutgoingOperation } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { ANA, BO, createScriptedSession } from '../test/scriptedSession.ts';
import { NS } from './namespaces.ts';
import { FEATURES, VERSION } from './serviceDiscovery.ts';
import { childOf, childrenOf, parseXml, serialize, textOf, type XmlElement } from './xml.ts';

const HEAD = { target: 'm1', sequence: 7, attempt: 1 };
const EDIT: OutgoingOperation = { ...HEAD, id: 'e1', kind: 'edit', contentType: 'text/plain', body: 'better' };
const RETRACT: OutgoingOperation = { ...HEAD, id: 'd1', kind: 'retract' };
const REACT: OutgoingOperation = { ...HEAD, id: 'r1', kind: 'react', emojis: ['👍', '❤️'] };
const QUOTED = { id: 'q1', sender: BO, excerpt: 'Tea\nor 😀?' };

function operationsOf(events: readonly ChannelEvent[]): IncomingOperation[] {
  return events.flatMap((event) => {
    if (event.type === 'history') return event.operations ?? [];
    return event.type === 'operation' ? [event.operation] : [];
  });
}

const messagesHeard = (heard: readonly XmlElement[]): XmlElement[] => heard.filter(({ name }) => name === 'message');

async function written(...operations: OutgoingOperation[]): Promise<XmlElement[]> {
  const { channel, server } = await createScriptedSession();
  for (const operation of operations) channel.sendOperation?.(operation).catch(() => undefined);
  return messagesHeard(server.heard);
}

/** The events that Bo receives for a stanza of Ana: Bo uses this transport too. */
async function readBack(stanza: XmlElement | undefined): Promise<ChannelEvent[]> {
  const { events, server } = await createScriptedSession();
  const { attributes, ...rest } = stanza!;
  server.say(serialize({ ...rest, attributes: { ...attributes, to: ANA, from: `${BO}/web` } }));
  return events;
}

describe('own operations', () => {
  it('B269 an edit names the original message, also the second time, and is a whole message that requests receipts', async () => {
    const [first, second] = await written(EDIT, { ...EDIT, id: 'e2', sequence: 8, body: 'best' });
    expect(first?.attributes).toEqual({ to: BO, type: 'chat', id: 'e1' });
    expect([first, second].map((edit) => childOf(edit!, 'replace', NS.correct)?.attributes)).toEqual([
      { id: 'm1' },
      { id: 'm1' },
    ]);
    expect(childrenOf(first!).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['body', 'request', 'markable', 'origin-id', 'active']),
    );
    expect(textOf(childOf(second!, 'body', NS.client))).toBe('best');
  });

  it('B269 an edit of a reply carries the reply reference, since it replaces the whole message', async () => {
    const [edit] = await written({ ...EDIT, replyTo: QUOTED });
    expect(textOf(childOf(edit!, 'body', NS.client))).toBe('> Tea\n> or 😀?\nbetter');
    expect(childOf(edit!, 'reply', NS.reply)?.attributes).toEqual({ to: BO, id: 'q1' });
    const [event] = await readBack(edit);
    expect(event).toMatchObject({ type: 'operation', operation: { kind: 'edit', body: 'better' } });
  });

  it('B269 a retraction has a fallback text for other clients, and servers store it as they store reactions', async () => {
    const [retraction, reaction] = await written(RETRACT, REACT);
    expect(childOf(retraction!, 'retract', NS.retract)?.attributes).toEqual({ id: 'm1' });
    expect(childOf(retraction!, 'fallback', NS.fallback)?.attributes).toEqual({ for: NS.retract });
    expect(textOf(childOf(retraction!, 'body', NS.client))).not.toBe('');
    const reactions = childOf(reaction!, 'reactions', NS.reactions)!;
    expect(reactions.attributes).toEqual({ id: 'm1' });
    expect(childrenOf(reactions).map(textOf)).toEqual(['👍', '❤️']);
    expect(childOf(reaction!, 'body', NS.client)).toBeUndefined();
    for (const stanza of [retraction, reaction]) expect(childOf(stanza!, 'store', NS.hints)).toBeDefined();
  });

  it.each([
    EDIT,
    RETRACT,
    REACT,
    { ...EDIT, contentType: 'text/html', body: '<b>\u0000</b>' },
    { ...REACT, emojis: [] },
  ])('B269 a client of this kind reads the operation as it was sent: $kind', async (operation) => {
    const [stanza] = await written(operation);
    const { attempt: _attempt, ...meant } = operation;
    expect(operationsOf(await readBack(stanza))).toMatchObject([{ ...meant, sender: BO }]);
  });

  it.each([{ id: '' }, { target: '' }, { target: undefined }, { kind: 'pin' }, { body: undefined }])(
    'B269 an invalid operation is refused finally: %j',
    async (wrong) => {
      const { channel } = await createScriptedSession();
      const sending = channel.sendOperation?.({ ...EDIT, ...wrong } as OutgoingOperation);
      await expect(sending).rejects.toMatchObject({ code: 400, retryable: false });
    },
  );

  it('B269 a reply quotes its message for other clients, and marks the quoted part', async () => {
    const { channel, server } = await createScriptedSession();
    const message = { messageId: 'a1', contentType: 'text/plain', body: 'Tea.', sentAt: 1, attempt: 1 };
    channel.send({ ...message, replyTo: QUOTED, frameSequence: { session: 's', sequence: 1 } }).catch(() => undefined);
    const [reply] = messagesHeard(server.heard);
    expect(textOf(childOf(reply!, 'body', NS.client))).toBe('> Tea\n> or 😀?\nTea.');
    const range = childOf(childOf(reply!, 'fallback', NS.fallback)!, 'body', NS.fallback);
    expect(range?.attributes).toEqual({ start: '0', end: '14' });
    const [event] = await readBack(reply);
    expect(event).toMatchObject({ type: 'message', message: { body: 'Tea.', replyTo: QUOTED } });
  });
});

describe('operations of other clients', () => {
  it.each([
    ['<replace xmlns="urn:xmpp:message-correct:0" id="o1"/><body>better</body>', { kind: 'edit', body: 'better' }],
    [
      '<replace xmlns="urn:xmpp:message-correct:0" id="o1"/><body>&gt; a\nbetter</body>' +
        '<reply xmlns="urn:xmpp:reply:0" id="x"/>' +
        '<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:reply:0"><body start="0" end="4"/></fallback>',
      { kind: 'edit', body: 'better' },
    ],
    [
      '<replace xmlns="urn:xmpp:message-correct:0" id="o1"/><body>I sent you OMEMO</body>' +
        '<encrypted xmlns="eu.siacs.conversations.axolotl"><header sid="1"/><payload>abc</payload></encrypted>',
      { kind: 'edit', contentType: 'application/vnd.imflow.encrypted', body: '' },
    ],
    [
      '<replace xmlns="urn:xmpp:message-correct:0" id="o1"/><x xmlns="jabber:x:oob"><url>https://a.example/b</url></x>',
      { kind: 'edit', body: 'https://a.example/b' },
    ],
    ['<retract xmlns="urn:xmpp:message-retract:1" id="o1"/><body>/me retracted a message</body>', { kind: 'retract' }],
    ['<retract xmlns="urn:xmpp:message-retract:1" id="o1"/>', { kind: 'retract' }],
    ['<retract xmlns="urn:xmpp:message-retract:0" id="o1"/><body>x</body>', { kind: 'retract' }],
    [
      '<apply-to xmlns="urn:xmpp:fasten:0" id="o1"><retract xmlns="urn:xmpp:message-retract:0"/></apply-to><body>x</body>',
      { kind: 'retract' },
    ],
    [
      '<reactions xmlns="urn:xmpp:reactions:0" id="o1"><reaction>👍</reaction><reaction> 🎉 </reaction></reactions>' +
        '<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:reactions:0"/><body>👍</body>',
      { kind: 'react', emojis: ['👍', '🎉'] },
    ],
    ['<reactions xmlns="urn:xmpp:reactions:0" id="o1"/>', { kind: 'react', emojis: [] }],
  ])(
    'B270 operations of other clients are received as operations and never as messages: %s',
    async (inner, expected) => {
      const { say, shown, events } = await createScriptedSession();
      say(`${inner}<request xmlns="urn:xmpp:receipts"/>`);
      expect(shown()).toEqual([]);
      expect(operationsOf(events)).toMatchObject([{ id: 'm1', target: 'o1', sender: BO, ...expected }]);
      expect(operationsOf(events)[0]?.requestedReceipts).toEqual({ delivered: true, displayed: false });
    },
  );

  it('B270 a correction of an unknown message is a message', async () => {
    const { say, shown } = await createScriptedSession();
    say('<replace xmlns="urn:xmpp:message-correct:0"/><body>hello</body>');
    expect(shown()).toEqual([['text/plain', 'hello']]);
  });

  it('B270 a correction ends typing as a message does', async () => {
    const { say, events } = await createScriptedSession();
    say(
      '<replace xmlns="urn:xmpp:message-correct:0" id="o1"/><body>better</body>' +
        '<active xmlns="http://jabber.org/protocol/chatstates"/>',
    );
    expect(events.map(({ type }) => type)).toEqual(['operation', 'composing']);
  });

  it.each([
    [`to="${BO}/phone" id="o1"`, { id: 'o1', sender: BO, excerpt: 'a 😀' }],
    [`to="Ana@Example.com" id="o1"`, { id: 'o1', sender: ANA, excerpt: 'a 😀' }],
    ['id="o1"', { id: 'o1', sender: ANA, excerpt: 'a 😀' }],
    ['to="eve@example.com" id="o1"', undefined],
    [`to="${ANA}"`, undefined],
  ])(
    'B270 a reply %s names a message of the conversation, and shows only its own text',
    async (attributes, replyTo) => {
      const { say, events, shown } = await createScriptedSession();
      say(
        `<reply xmlns="urn:xmpp:reply:0" ${attributes}/><body>&gt; a 😀\n\nyes</body>` +
          '<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:reply:0"><body start="0" end="7"/></fallback>',
      );
      expect(shown()).toEqual([['text/plain', 'yes']]);
      expect(events[0]).toMatchObject({ type: 'message', message: replyTo === undefined ? {} : { replyTo } });
      expect('replyTo' in (events[0] as { message: object }).message).toBe(replyTo !== undefined);
    },
  );

  it('B271 operations have the order of their arrival, also two at the same moment and with a clock that is behind', async () => {
    const { say, events, clock } = await createScriptedSession();
    const delay = `<delay xmlns="urn:xmpp:delay" from="example.com" stamp="${new Date(clock.now() + 60_000).toISOString()}"/>`;
    const reaction = (emoji: string): string =>
      `<reactions xmlns="urn:xmpp:reactions:0" id="o1"><reaction>${emoji}</reaction></reactions>`;
    say(reaction('1') + delay, 'id="r1"');
    say(reaction('2'), 'id="r0"');
    say(reaction('3'), 'id="q0"');
    const sequences = operationsOf(events).map(({ sequence }) => sequence);
    expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences);
    expect(new Set(sequences).size).toBe(3);
    expect(operationsOf(events)[0]?.fromHistory).toBe(true);
  });

  it('B271 operations of one second of the archive keep their order, and are older than later ones', async () => {
    const entry = (id: string, stanza: string): { id: string; message: XmlElement } => ({
      id,
      message: parseXml(stanza),
    });
    const reaction = (id: string, emoji: string): string =>
      `<message xmlns="jabber:client" from="${BO}/phone" to="${ANA}" id="${id}">` +
      `<reactions xmlns="urn:xmpp:reactions:0" id="o1"><reaction>${emoji}</reaction></reactions></message>`;
    const { channel, say, events } = await createScriptedSession(['en'], (server) => {
      server.archive = [
        entry('p1', reaction('z', '1')),
        entry('p2', reaction('y', '2')),
        entry('p3', reaction('x', '3')),
      ];
    });
    const page = await channel.loadHistory?.({ limit: 10 });
    say('<reactions xmlns="urn:xmpp:reactions:0" id="o1"><reaction>4</reaction></reactions>', 'id="a"');
    const all = [...(page?.operations ?? []), ...operationsOf(events)];
    expect(all.map(({ id }) => id)).toEqual(['z', 'y', 'x', 'a']);
    const sequences = all.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
  });

  it.each(['one session', 'two sessions'])(
    'B271 operations of one second keep the order of the archive across its pages, read from the newest page back in %s',
    async (sessions) => {
      const at = Date.parse('2026-11-29T12:00:00Z');
      const stanza = (id: string, content: string): { id: string; message: XmlElement; at: number } => ({
        id: `p-${id}`,
        at,
        message: parseXml(
          `<message xmlns="jabber:client" from="${BO}/phone" to="${ANA}" id="${id}" type="chat">${content}</message>`,
        ),
      });
      const reaction = (id: string): ReturnType<typeof stanza> =>
        stanza(id, `<reactions xmlns="urn:xmpp:reactions:0" id="o1"><reaction>${id}</reaction></reactions>`);
      const entries = [
        stanza('m1', '<body>one</body>'),
        reaction('r1'),
        reaction('r2'),
        reaction('r3'),
        reaction('r4'),
        stanza('m2', '<body>two</body>'),
        reaction('r5'),
        reaction('r6'),
      ];
      const open = async (): ReturnType<typeof createScriptedSession> =>
        createScriptedSession(['en'], (server) => {
          server.archive = entries;
        });
      const first = await open();
      const newer = await first.channel.loadHistory?.({ limit: 1 });
      const { channel } = sessions === 'one session' ? first : await open();
      const older = await channel.loadHistory?.({ before: 'p-m2', limit: 2 });
      const all = [...(older?.operations ?? []), ...(newer?.operations ?? [])];
      expect(all.map(({ id }) => id)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
      const sequences = all.map(({ sequence }) => sequence);
      expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    },
  );

  describe('B361 operations of one second have one order for all sessions that read them', () => {
    const at = Date.parse('2026-11-29T12:00:00Z');
    const stanza = (id: string, content: string): { id: string; message: XmlElement; at: number } => ({
      id: `p-${id}`,
      at,
      message: parseXml(
        `<message xmlns="jabber:client" from="${BO}/phone" to="${ANA}" id="${id}" type="chat">${content}</message>`,
      ),
    });
    const reaction = (id: string): ReturnType<typeof stanza> =>
      stanza(id, `<reactions xmlns="urn:xmpp:reactions:0" id="o1"><reaction>${id}</reaction></reactions>`);
    const text = (id: string): ReturnType<typeof stanza> => stanza(id, `<body>${id}</body>`);
    const entries = 'm1 m2 r1 r2 m3 m4 r3 r4 m5 m6 r5 r6 m7 m8 r7 m9'
      .split(' ')
      .map((id) => (id.startsWith('m') ? text(id) : reaction(id)));

    it.each([1, 2, 3, 4])(
      'operations of one second keep the order of the archive in pages of %i, each read by a new session',
      async (limit) => {
        const found: IncomingOperation[] = [];
        for (let before = ''; before !== 'p-m1';) {
          const { channel } = await createScriptedSession(['en'], (server) => {
            server.archive = entries;
          });
          const page = await channel.loadHistory?.({ ...(before === '' ? {} : { before }), limit });
          found.unshift(...(page?.operations ?? []).filter(({ id }) => found.every((other) => other.id !== id)));
          before = page?.messages[0]?.position ?? 'p-m1';
        }
        expect(found.map(({ id }) => id)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7']);
        const sequences = found.map(({ sequence }) => sequence);
        expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
      },
    );

    it('operations of one second keep their order after a page without operations', async () => {
      const open = () =>
        createScriptedSession(['en'], (server) => {
          server.archive = [
            text('m1'),
            reaction('r1'),
            ...['m2', 'm3'].map(text),
            reaction('r2'),
            text('m4'),
            text('m5'),
          ];
        });
      const [first, second] = [(await open()).channel, (await open()).channel];
      for (const before of ['', 'p-m5']) await first.loadHistory?.({ before, limit: 1 });
      const newer = await first.loadHistory?.({ before: 'p-m4', limit: 1 });
      await second.loadHistory?.({ before: 'p-m3', limit: 1 });
      const older = await second.loadHistory?.({ before: 'p-m2', limit: 1 });
      expect([older, newer].map((page) => page?.operations?.map(({ id }) => id))).toEqual([['r1'], ['r2']]);
      expect(older?.operations?.[0]?.sequence).toBeLessThan(newer?.operations?.[0]?.sequence ?? NaN);
    });

    it('the archive is not queried again where no operation needs a position', async () => {
      const { server, channel } = await createScriptedSession(['en'], (each) => {
        each.archive = [text('m1'), text('m2'), text('m3')];
      });
      const before = server.heard.length;
      await channel.loadHistory?.({ before: 'p-m3', limit: 1 });
      expect(server.heard.length - before).toBe(1);
    });

    it('the entries after a page are counted, also more than one page of the archive', async () => {
      const many = Array.from({ length: 230 }, (_, index) => text(`n${index}`));
      const { channel } = await createScriptedSession(['en'], (server) => {
        server.archive = [text('m1'), reaction('r1'), text('m2'), ...many];
      });
      const page = await channel.loadHistory?.({ before: 'p-m2', limit: 1 });
      expect(page?.operations?.map(({ sequence }) => sequence)).toEqual([at - 231 / 1_024]);
    });
  });

  it('B272 operations of another device of the local user arrive as carbons, and no receipt is sent', async () => {
    const { server, events } = await createScriptedSession();
    const inner =
      `<message xmlns="jabber:client" from="${ANA}/phone" to="${BO}" id="e9" type="chat"><body>better</body>` +
      '<replace xmlns="urn:xmpp:message-correct:0" id="o1"/><request xmlns="urn:xmpp:receipts"/></message>';
    const copy = `<sent xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0">${inner}</forwarded></sent>`;
    server.say(`<message xmlns="jabber:client" from="${ANA}" to="${ANA}/web">${copy}</message>`);
    expect(operationsOf(events)).toMatchObject([
      { id: 'e9', sender: ANA, target: 'o1', requestedReceipts: { delivered: false } },
    ]);
  });
});

describe('the capabilities of devices', () => {
  const presence = (device: string, ver: string, type = ''): string =>
    `<presence xmlns="jabber:client" from="${BO}/${device}" to="${ANA}"${type}>` +
    `<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="urn:x" ver="${ver}"/></presence>`;

  async function meet(): Promise<{
    operations: () => unknown;
    come: (device: string, features: readonly string[], more?: string) => Promise<void>;
    go: (device: string) => void;
    questions: () => XmlElement[];
    say: (inner: string) => void;
  }> {
    const { server, transport, clock, say } = await createScriptedSession();
    const questions = (): XmlElement[] =>
      server.heard.filter((stanza) => childOf(stanza, 'query', NS.info) !== undefined);
    return {
      questions,
      say,
      operations: () => transport.operationsFor?.('Bo@example.com/phone'),
      go: (device) => server.say(presence(device, '1', ' type="unavailable"')),
      async come(device, features, more = '') {
        const before = questions().length;
        server.say(presence(device, '1'));
        const asked = questions()[before];
        const list = features.map((feature) => `<feature var="${feature}"/>`).join('');
        server.say(
          `<iq xmlns="jabber:client" type="result" from="${BO}/${device}" to="${ANA}" id="${asked?.attributes['id']}">` +
            `<query xmlns="${NS.info}">${list}${more}</query></iq>`,
        );
        await clock.advance(0);
      },
    };
  }

  it('B273 the capabilities of devices are requested once, and the operations of any device are available', async () => {
    const { operations, come, go, questions } = await meet();
    expect(operations()).toEqual({ edit: 'last', retract: true, react: 'many', reply: true });
    await come('old', [NS.receipts]);
    expect(operations()).toEqual({ retract: false, reply: false });
    await come('old', [NS.reactions]);
    expect(questions()).toHaveLength(1);
    expect(questions()[0]?.attributes).toMatchObject({ type: 'get', to: `${BO}/old` });
    await come('new', [NS.correct, NS.retract]);
    expect(operations()).toEqual({ edit: 'last', retract: true, reply: false });
    await come('new2', [NS.imflow, NS.correct]);
    expect(operations()).toMatchObject({ edit: 'any' });
    for (const device of ['new', 'new2', 'old']) go(device);
    expect(operations()).toEqual({ edit: 'last', retract: true, react: 'many', reply: true });
  });

  it('B273 the user can react once to a message where the client of the participant accepts one reaction of each user', async () => {
    const { operations, come } = await meet();
    const form =
      '<x xmlns="jabber:x:data" type="result"><field var="max_reactions_per_user"><value>1</value></field></x>';
    await come('phone', [NS.reactions], form);
    expect(operations()).toMatchObject({ react: 'one' });
  });

  it('B273 any message can be edited for a participant with a client of this kind', async () => {
    const { operations, say } = await meet();
    say('<body>hello</body><message xmlns="urn:imflow:message:1" at="1"/>');
    expect(operations()).toMatchObject({ edit: 'any' });
  });

  it('B273 a response in the name of a different user is ignored', async () => {
    const { server, transport, clock } = await createScriptedSession();
    server.say(presence('phone', '1'));
    const id = server.heard.at(-1)?.attributes['id'];
    const answer = (from: string): string =>
      `<iq xmlns="jabber:client" type="result" from="${from}" id="${id}"><query xmlns="${NS.info}"/></iq>`;
    server.say(answer(`${BO}/other`));
    server.say(answer('eve@example.com/x'));
    await clock.advance(0);
    expect(transport.operationsFor?.(BO)).toMatchObject({ reply: true });
  });

  it('B274 this client declares its capabilities with a correct hash', async () => {
    const { server } = await createScriptedSession();
    const own = server.heard.find(({ name }) => name === 'presence');
    const caps = childOf(own!, 'c', NS.caps)?.attributes;
    const text = `client/web//imflow<${FEATURES.toSorted()
      .map((feature) => `${feature}<`)
      .join('')}`;
    expect(caps).toMatchObject({ hash: 'sha-1', ver: createHash('sha1').update(text).digest('base64') });
    for (const node of [undefined, `${caps?.['node']}#${VERSION}`]) {
      const attribute = node === undefined ? '' : ` node="${node}"`;
      server.say(
        `<iq xmlns="jabber:client" type="get" id="i1" from="${BO}/phone"><query xmlns="${NS.info}"${attribute}/></iq>`,
      );
      const answer = server.heard.at(-1)!;
      expect(answer.attributes).toMatchObject({ type: 'result', id: 'i1', to: `${BO}/phone` });
      const children = childrenOf(childOf(answer, 'query', NS.info)!);
      expect(children.filter(({ name }) => name === 'feature').map(({ attributes }) => attributes['var'])).toEqual(
        FEATURES,
      );
    }
    server.say(
      `<iq xmlns="jabber:client" type="get" id="i2" from="${BO}/phone"><query xmlns="${NS.info}" node="else"/></iq>`,
    );
    expect(server.heard.at(-1)?.attributes['type']).toBe('error');
  });
});
