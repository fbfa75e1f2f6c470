import { FILE_CONTENT_TYPE, type OutgoingMessage } from '@imflow/core';
import { parseFile } from '@imflow/core/files';
import { describe, expect, it } from 'vitest';
import { ANA, BO, createScriptedSession } from '../test/scriptedSession.ts';
import { decodeMessage, encodeMessage } from './messageStanza.ts';
import { encodeOperation } from './messageOperation.ts';
import { withoutFallbacks } from './messageReply.ts';
import { NS } from './namespaces.ts';
import { childOf, childrenOf, parseXml, serialize, textOf, type XmlElement } from './xml.ts';

const ADDRESS = 'https://files.example.com/x/sea%20shore.jpg';
const PICTURE = { name: 'sea.png', type: 'image/png', size: 3, url: ADDRESS };

function messageOf(fields: Readonly<Record<string, unknown>>, more: Partial<OutgoingMessage> = {}): XmlElement {
  const body = JSON.stringify({ ...PICTURE, ...fields });
  const message = { messageId: 'm1', sentAt: 1, contentType: FILE_CONTENT_TYPE, body, ...more };
  return parseXml(serialize(encodeMessage(BO, message as OutgoingMessage)));
}

const bodyOf = (stanza: XmlElement): string => textOf(childOf(stanza, 'body', NS.client));
const how = { local: BO, origin: 'live', newId: () => 'new', sequenceAt: () => 1 } as const;

function sfs(file: string, ...urls: readonly string[]): string {
  const sharing = (url: string): string =>
    `<file-sharing xmlns="urn:xmpp:sfs:0"><file xmlns="urn:xmpp:file:metadata:0">${file}</file><sources>` +
    `<url-data xmlns="http://jabber.org/protocol/url-data" target="${url}"/></sources></file-sharing>`;
  return (urls.length === 0 ? [ADDRESS] : urls).map(sharing).join('');
}
const oob = (url: string): string => `<x xmlns="jabber:x:oob"><url>${url}</url></x>`;

describe('a file for other clients', () => {
  it('B414 the address of a file is the text of the message, and its elements declare it as that of a file', () => {
    const stanza = messageOf({});
    expect(bodyOf(stanza)).toBe(ADDRESS);
    expect(textOf(childOf(childOf(stanza, 'x', NS.oob)!, 'url', NS.oob))).toBe(ADDRESS);
    const sharing = childOf(stanza, 'file-sharing', NS.sharing)!;
    const [source] = childrenOf(childOf(sharing, 'sources', NS.sharing)!);
    expect(source).toMatchObject({ name: 'url-data', xmlns: NS.urlData, attributes: { target: ADDRESS } });
  });

  it('B414 a message describes its file with all known metadata', () => {
    const stanza = messageOf({ width: 640, height: 480, duration: 1_500, caption: 'the sea' });
    const file = childOf(childOf(stanza, 'file-sharing', NS.sharing)!, 'file', NS.fileMetadata)!;
    expect(childrenOf(file).map((child) => [child.name, textOf(child)])).toEqual([
      ['media-type', 'image/png'],
      ['name', 'sea.png'],
      ['size', '3'],
      ['width', '640'],
      ['height', '480'],
      ['length', '1500'],
      ['desc', 'the sea'],
    ]);
  });

  it('B414 a caption and a quote come before the address, which alone is marked as a fallback', () => {
    const replyTo = { id: 'm0', sender: BO, excerpt: 'where?' };
    const stanza = messageOf({ caption: '🌊 the sea' }, { replyTo });
    expect(bodyOf(stanza)).toBe(`> where?\n🌊 the sea\n${ADDRESS}`);
    expect(withoutFallbacks(stanza, bodyOf(stanza), [NS.reply, NS.sharing])).toBe('🌊 the sea');
  });

  it.each([
    [{ url: 'data:image/png;base64,AAAA' }, 'sea.png'],
    [{ url: undefined, caption: 'the sea' }, 'the sea'],
  ])('B414 a file with %j is sent with a text that people can read, and without an address', (fields, text) => {
    const stanza = messageOf(fields);
    expect(bodyOf(stanza)).toBe(text);
    expect(childOf(stanza, 'x', NS.oob)).toBeUndefined();
  });

  it.each(['{', '"text"', 'null', '{"size":3}'])('B414 a body that names no file, %s, is sent unchanged', (body) => {
    const stanza = messageOf({}, { body });
    expect(bodyOf(stanza)).toBe(body);
  });
});

describe('a file between clients of this kind', () => {
  it('B416 the description of a file arrives unchanged', () => {
    const body = JSON.stringify({
      ...PICTURE,
      caption: 'a\u0000 "<b>" & \uD800',
      thumbnail: 'data:image/png;base64,AA',
    });
    const decoded = decodeMessage({ ...messageOf({}, { body }), attributes: { from: ANA, to: BO, id: 'm1' } }, how);
    expect(decoded?.events).toMatchObject([{ type: 'message', message: { contentType: FILE_CONTENT_TYPE, body } }]);
  });

  it('B416 an edit of the caption is a correction, with the address for other clients', () => {
    const body = JSON.stringify({ ...PICTURE, caption: 'the lake' });
    const about = { id: 'e1', kind: 'edit', target: 'm1', sequence: 2, attempt: 1 } as const;
    const stanza = parseXml(serialize(encodeOperation(BO, { ...about, contentType: FILE_CONTENT_TYPE, body })));
    expect(bodyOf(stanza)).toBe(`the lake\n${ADDRESS}`);
    expect(childOf(stanza, 'replace', NS.correct)?.attributes).toEqual({ id: 'm1' });
    const decoded = decodeMessage({ ...stanza, attributes: { from: ANA, to: BO, id: 'e1' } }, how);
    expect(decoded?.events[0]).toMatchObject({ type: 'operation', operation: { kind: 'edit', target: 'm1', body } });
  });
});

describe('a file of another client', () => {
  it.each([
    [
      'an address that is the whole text',
      `<body>${ADDRESS}</body>${oob(ADDRESS)}`,
      { name: 'sea shore.jpg', type: 'image/jpeg', size: 0, url: ADDRESS },
    ],
    [
      'an address whose name cannot be decoded',
      `<body>https://a.example/%E0</body>${oob('https://a.example/%E0')}`,
      { name: '%E0', type: 'application/octet-stream', size: 0, url: 'https://a.example/%E0' },
    ],
    [
      'an address with a query',
      `<body>https://a.example/x.PDF?t=1</body>${oob('https://a.example/x.PDF?t=1')}`,
      { name: 'x.PDF', type: 'application/pdf', size: 0, url: 'https://a.example/x.PDF?t=1' },
    ],
    ['a file with an address only', sfs(''), { name: 'sea shore.jpg', type: 'image/jpeg', size: 0, url: ADDRESS }],
    [
      'a described file',
      sfs(
        '<name>a.mp4</name><media-type>video/mp4</media-type><size>12</size><width>640</width><height>480</height>' +
          '<length>1500</length><desc>the sea</desc>',
      ),
      {
        name: 'a.mp4',
        type: 'video/mp4',
        size: 12,
        width: 640,
        height: 480,
        duration: 1_500,
        caption: 'the sea',
        url: ADDRESS,
      },
    ],
    [
      'a file below a text, with invalid fields',
      `<body>the sea\n${ADDRESS}</body>${oob(ADDRESS)}${sfs('<name>a.png</name><size>-1</size><width>x</width>')}`,
      { name: 'a.png', type: 'image/png', size: 0, caption: 'the sea', url: ADDRESS },
    ],
    [
      'a file with a marked fallback',
      `<body>the sea (see ${ADDRESS})</body><fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:sfs:0">` +
        `<body start="7" end="${13 + ADDRESS.length + 1}"/></fallback>${sfs('<name>a.png</name>')}`,
      { name: 'a.png', type: 'image/png', size: 0, caption: 'the sea', url: ADDRESS },
    ],
    [
      'a file with a subject',
      `<subject>Holiday</subject><body>${ADDRESS}</body>${oob(ADDRESS)}`,
      { name: 'sea shore.jpg', type: 'image/jpeg', size: 0, caption: 'Holiday', url: ADDRESS },
    ],
  ])('B415 %s is a file', async (_case, inner, file) => {
    const { say, shown } = await createScriptedSession();
    say(inner);
    const [[contentType, body]] = shown() as [[string, string]];
    expect(parseFile({ contentType, body })).toEqual(file);
  });

  it.each([
    ['an address inside a text', `<body>look at ${ADDRESS}</body>${oob(ADDRESS)}`, `look at ${ADDRESS}`],
    ['an address without a text', oob(ADDRESS), ADDRESS],
    [
      'several files',
      sfs('', 'https://a.example/1', 'https://a.example/2'),
      'https://a.example/1\nhttps://a.example/2',
    ],
    ['an address that runs a script', `<body>hello</body>${sfs('', 'javascript:alert(1)')}`, 'hello'],
    ['an address without a host', `<body>https:///</body>${oob('https:///')}`, 'https:///'],
    [
      'an address that is too long',
      `<body>https://a.example/${'x'.repeat(2_048)}</body>${oob(`https://a.example/${'x'.repeat(2_048)}`)}`,
      `https://a.example/${'x'.repeat(2_048)}`,
    ],
  ])('B415 %s stays a text', async (_case, inner, text) => {
    const { say, shown } = await createScriptedSession();
    say(inner);
    expect(shown()).toEqual([['text/plain', text]]);
  });

  it('B415 a correction of the caption is an edit of the file', async () => {
    const { say, events } = await createScriptedSession();
    say(`<body>the lake\n${ADDRESS}</body>${sfs('<name>a.png</name>')}<replace xmlns="${NS.correct}" id="m0"/>`);
    const body = JSON.stringify({ name: 'a.png', type: 'image/png', size: 0, caption: 'the lake', url: ADDRESS });
    expect(events).toMatchObject([
      { type: 'operation', operation: { kind: 'edit', target: 'm0', contentType: FILE_CONTENT_TYPE, body } },
    ]);
  });
});
