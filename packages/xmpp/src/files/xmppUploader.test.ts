import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type FileUpload, TransportFailure } from '@imflow/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScriptedSession, type ScriptedSession } from '../../test/scriptedSession.ts';
import { childrenOf, parseXml, type XmlElement } from '../xml.ts';
import { createXmppUploader } from './index.ts';

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The newest PUT request. */
let received: Received | undefined;
let http: Server;
let base = '';
beforeAll(async () => {
  http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received = { path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() };
      response.writeHead(201).end();
    });
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const address = http.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
});

const SERVICE = 'upload.example.com';
const FOUND =
  '<query xmlns="http://jabber.org/protocol/disco#info"><feature var="urn:xmpp:http:upload:0"/>' +
  '<x xmlns="jabber:x:data"><field var="FORM_TYPE"><value>urn:xmpp:http:upload:0</value></field>' +
  '<field var="max-file-size"><value>5000</value></field></x></query>';
const LISTED =
  '<query xmlns="http://jabber.org/protocol/disco#items"><item jid="rooms.example.com"/>' +
  `<item jid="${SERVICE}"/></query>`;

/** The answers of a server: the content of a result, by the address that is asked and the namespace of the request. */
type Answers = Readonly<Record<string, string>>;

const HAS_SERVICE: Answers = {
  'example.com http://jabber.org/protocol/disco#items': LISTED,
  [`${SERVICE} http://jabber.org/protocol/disco#info`]: FOUND,
};
const SLOT = `${SERVICE} urn:xmpp:http:upload:0`;
const NOT_FOUND = '<error type="cancel"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>';

function slot({ put = `${base}/put`, get = 'https://files.example.com/a.txt', headers = '' } = {}): string {
  return `<slot xmlns="urn:xmpp:http:upload:0"><put url="${put}">${headers}</put><get url="${get}"/></slot>`;
}

/** @param answers requests without an answer are refused. `silence`: the server does not answer. */
async function startSession(answers: Answers): Promise<ScriptedSession> {
  return createScriptedSession(['en'], (server) => {
    server.respond = (request: XmlElement) => {
      const { id, to } = request.attributes;
      const [question] = childrenOf(request);
      if (to === undefined || question === undefined) return undefined;
      const answer = answers[`${to} ${question.xmlns}`] ?? NOT_FOUND;
      if (answer === 'silence') return undefined;
      const type = answer.startsWith('<error') ? 'error' : 'result';
      return parseXml(`<iq xmlns="jabber:client" type="${type}" id="${id}" from="${to}">${answer}</iq>`);
    };
  });
}

const file = new Blob(['hello'], { type: 'text/plain' });

function about(): FileUpload {
  const { signal } = new AbortController();
  return {
    id: 'm',
    remote: 'bo@example.com',
    name: 'größe.txt',
    type: 'text/plain',
    signal,
    onProgress: () => undefined,
  };
}

async function failureOf(answers: Answers): Promise<unknown> {
  const { transport } = await startSession(answers);
  return createXmppUploader({ transport })
    .upload(file, about())
    .catch((error: unknown) => error);
}

it('B417 the uploader finds the service among the items of the domain, and its limit', async () => {
  const { transport, clock } = await startSession(HAS_SERVICE);
  const uploader = createXmppUploader({ transport });
  await clock.advance(0);
  expect(uploader.maxFileBytes).toBe(5_000);
});

it('B417 the uploader finds the service when the transport comes online, once', async () => {
  const { transport, clock, server } = await startSession(HAS_SERVICE);
  transport.disconnect();
  const uploader = createXmppUploader({ transport });
  await clock.advance(0);
  expect(uploader.maxFileBytes).toBeUndefined();
  for (let time = 0; time < 2; time += 1) {
    transport.connect();
    await clock.advance(100);
    expect(uploader.maxFileBytes).toBe(5_000);
    transport.disconnect();
  }
  expect(server.heard.filter(({ attributes }) => attributes['to'] === SERVICE)).toHaveLength(1);
});

it('B417 the uploader finds a domain that accepts files itself, also while an item does not answer', async () => {
  const { transport, clock } = await startSession({
    ...HAS_SERVICE,
    [`${SERVICE} http://jabber.org/protocol/disco#info`]: 'silence',
    'example.com http://jabber.org/protocol/disco#info': FOUND,
  });
  const uploader = createXmppUploader({ transport });
  await clock.advance(0);
  expect(uploader.maxFileBytes).toBe(5_000);
});

it('B418 a file is put to the address of its slot with the headers that a service may set', async () => {
  const headers =
    '<header name="Authorization">Basic&#10; Zm9v</header><header name="cookie">a=b</header>' +
    '<header name="X-Evil">1</header><header name="Host">evil.example</header>';
  const { transport, server } = await startSession({ ...HAS_SERVICE, [SLOT]: slot({ headers }) });
  await expect(createXmppUploader({ transport }).upload(file, about())).resolves.toEqual({
    url: 'https://files.example.com/a.txt',
  });
  const asked = server.heard.flatMap(childrenOf).find(({ xmlns }) => xmlns === 'urn:xmpp:http:upload:0');
  expect(asked).toMatchObject({
    name: 'request',
    attributes: { filename: 'größe.txt', size: '5', 'content-type': 'text/plain' },
  });
  expect(received).toMatchObject({
    path: '/put',
    body: 'hello',
    headers: { authorization: 'Basic Zm9v', cookie: 'a=b', 'content-type': 'text/plain', 'content-length': '5' },
  });
  expect(received?.headers).not.toHaveProperty('x-evil');
  expect(received?.headers['host']).not.toBe('evil.example');
});

it.each([
  ['an http address', { get: 'http://files.example.com/a.txt' }],
  ['another protocol', { put: 'javascript:alert(1)' }],
  ['an address that is too long', { get: `https://files.example.com/${'x'.repeat(2_048)}` }],
])('B418 a slot with %s is refused', async (_case, addresses) => {
  expect(await failureOf({ ...HAS_SERVICE, [SLOT]: slot(addresses) })).toMatchObject({ code: 502, retryable: false });
});

function refusal(type: string, condition: string, more = ''): string {
  return `<error type="${type}"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>${more}</error>`;
}
const RETRY = '<retry xmlns="urn:xmpp:http:upload:0" stamp="2026-12-01T00:00:00Z"/>';

it.each([
  ['a used-up quota', refusal('wait', 'resource-constraint', RETRY), 503, true],
  ['a type that is not accepted', refusal('modify', 'not-acceptable'), 406, false],
  ['a user without permission', refusal('auth', 'forbidden'), 403, false],
  ['a service that no longer exists', refusal('cancel', 'service-unavailable'), 501, false],
])('B419 a refusal for %s is a failure with its code', async (_case, answer, code, retryable) => {
  const failure = await failureOf({ ...HAS_SERVICE, [SLOT]: answer });
  expect(failure).toBeInstanceOf(TransportFailure);
  expect(failure).toMatchObject({ code, retryable });
});

it('B419 a file that is too large is refused, and the limit is known from then on', async () => {
  const limit = '<file-too-large xmlns="urn:xmpp:http:upload:0"><max-file-size>4</max-file-size></file-too-large>';
  const { transport } = await startSession({ ...HAS_SERVICE, [SLOT]: refusal('modify', 'not-acceptable', limit) });
  const uploader = createXmppUploader({ transport });
  await expect(uploader.upload(file, about())).rejects.toMatchObject({ code: 413, retryable: false });
  expect(uploader.maxFileBytes).toBe(4);
});

it('B419 a server without a service is a failure that is not retryable', async () => {
  expect(await failureOf({})).toMatchObject({ code: 501, retryable: false });
});

it.each([
  ['the search', { ...HAS_SERVICE, [`${SERVICE} http://jabber.org/protocol/disco#info`]: 'silence' }],
  ['the request for a slot', { ...HAS_SERVICE, [SLOT]: 'silence' }],
])('B419 a connection that breaks during %s is a retryable failure', async (_case, answers) => {
  const { transport, clock } = await startSession(answers);
  const failure = createXmppUploader({ transport })
    .upload(file, about())
    .catch((error: unknown) => error);
  await clock.advance(0);
  transport.disconnect();
  expect(await failure).toMatchObject({ code: 503, retryable: true });
});

it('B419 an upload without a connection is a retryable failure', async () => {
  const { transport } = await startSession(HAS_SERVICE);
  transport.disconnect();
  await expect(createXmppUploader({ transport }).upload(file, about())).rejects.toMatchObject({
    code: 503,
    retryable: true,
  });
});

it('B419 an invalid transport is named', () => {
  expect(() => createXmppUploader({ transport: {} as never })).toThrow('transport must be a transport that');
});
