import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ask, filesUrl, signedAddress, startFileServer, upload, uploaded } from '../../test/fileClient.ts';

describe('an address', () => {
  it('B491 only the uploader and the recipient receive a signed address of a file', async () => {
    const server = await startFileServer();
    const { url } = await upload(server, 'x');
    expect((await signedAddress(url, 'ana')).status).toBe(200);
    expect((await signedAddress(url, 'bo')).status).toBe(200);
    expect(await signedAddress(url, 'eve')).toMatchObject({
      status: 404,
      reason: 'There is no such file for this user.',
    });
    expect(await ask(`${url}/address`)).toMatchObject({ status: 401 });
    expect((await signedAddress(`${filesUrl(server)}/${'0'.repeat(32)}-${'0'.repeat(32)}`, 'ana')).status).toBe(404);
    expect((await signedAddress(`${filesUrl(server)}/..%2f..%2fsigning`, 'ana')).status).toBe(404);
  });

  it('B491 without a signature, with one of a different file, or with a changed one, a file is not sent', async () => {
    const server = await startFileServer();
    const { url } = await upload(server, 'x');
    const other = new URL(await uploaded(server, 'x', { id: 'other' }));
    const signed = new URL((await signedAddress(url, 'bo')).url);
    const changed = signed.search.replace(/expires=\d/, 'expires=9');
    for (const query of ['', '?expires=9999999999999', '?signature=', other.search, changed, `${signed.search}x`]) {
      const { status, reason } = await ask(`${url}${query}`);
      expect([query, status, reason]).toEqual([query, 403, 'A file is read from a signed address: ask for one.']);
    }
    expect((await ask(`${url}${signed.search}`)).status).toBe(200);
  });

  it('B491 a signed address expires, and is the same for all who ask in the same period', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 7_200_000_000 });
    const server = await startFileServer({ addressLifetime: 60_000 });
    const { url } = await upload(server, 'x');
    const first = await signedAddress(url, 'ana');
    expect(JSON.parse(first.text)).toMatchObject({ expiresIn: 120_000 });
    vi.setSystemTime(7_200_059_999);
    const later = await signedAddress(url, 'bo');
    expect(later.url).toBe(first.url);
    expect(JSON.parse(later.text)).toMatchObject({ expiresIn: 60_001 });
    vi.setSystemTime(7_200_119_999);
    expect(await ask(first.url)).toMatchObject({ status: 200 });
    vi.setSystemTime(7_200_120_000);
    expect(await ask(first.url)).toMatchObject({
      status: 403,
      reason: 'The signed address has expired: ask for a new one.',
    });
    vi.useRealTimers();
  });
});

describe('the headers of a file', () => {
  it('B492 the headers of a file allow browsers to cache it until its address expires, and never to execute it', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 7_200_000_000 });
    const server = await startFileServer({ addressLifetime: 60_000 });
    const { headers } = await ask(await uploaded(server, 'x'));
    vi.useRealTimers();
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=120, immutable',
      'accept-ranges': 'bytes',
      'content-length': '1',
      etag: expect.stringMatching(/^"[0-9a-f-]{36}"$/),
    });
  });

  it.each([
    ['image/png', 'inline', 'image/png'],
    ['IMAGE/JPEG; quality=5', 'inline', 'image/jpeg'],
    ['audio/ogg;codecs=opus', 'inline', 'audio/ogg'],
    ['video/mp4', 'inline', 'video/mp4'],
    ['image/svg+xml', 'attachment', 'application/octet-stream'],
    ['text/html', 'attachment', 'application/octet-stream'],
    ['text/html, image/png', 'attachment', 'application/octet-stream'],
    ['text/javascript', 'attachment', 'application/octet-stream'],
    ['application/pdf', 'attachment', 'application/octet-stream'],
    ['nonsense', 'attachment', 'application/octet-stream'],
  ])('B492 a file of the type %s is sent as %s', async (type, disposition, sentType) => {
    const server = await startFileServer();
    const { headers } = await ask(await uploaded(server, '<script>', { type }));
    expect(headers.get('content-disposition')).toMatch(new RegExp(`^${disposition}; filename=`));
    expect(headers.get('content-type')).toBe(sentType);
  });

  it.each([
    ['plan.png', 'inline; filename=plan.png'],
    ['my "plan".png', String.raw`inline; filename="my \"plan\".png"`],
    ['größe 花.png', 'inline; filename="gr??e ?.png"; filename*=UTF-8\'\'gr%C3%B6%C3%9Fe%20%E8%8A%B1.png'],
    ['a;b=c%20.png', 'inline; filename="a;b=c%20.png"; filename*=UTF-8\'\'a%3Bb%3Dc%2520.png'],
  ])('B492 the name %s is encoded as RFC 6266 and RFC 8187 say', async (name, header) => {
    const server = await startFileServer();
    const { headers } = await ask(await uploaded(server, 'x', { name }));
    expect(headers.get('content-disposition')).toBe(header);
  });
});

describe('a part of a file', () => {
  const content = '0123456789';

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=0-1,4-5', 200, content, null],
    ['lines=1-2', 200, content, null],
  ])('B493 a request for the range %s gets %s', async (range, status, text, contentRange) => {
    const server = await startFileServer();
    const response = await ask(await uploaded(server, content), { headers: { range } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-range')).toBe(contentRange);
    if (status === 416) expect(response.reason).toBe('The file has no such range.');
    else expect(response.text).toBe(text);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('B493 a range of a file that has changed is answered with the whole file', async () => {
    const server = await startFileServer();
    const url = await uploaded(server, content);
    const { headers } = await ask(url);
    const tag = headers.get('etag') ?? '';
    const range = 'bytes=2-4';
    expect((await ask(url, { headers: { range, 'if-range': tag } })).text).toBe('234');
    expect((await ask(url, { headers: { range, 'if-range': '"other"' } })).text).toBe(content);
  });

  it('B493 a file that the client has is not sent again, and a request whose precondition fails is refused', async () => {
    const server = await startFileServer();
    const url = await uploaded(server, content);
    const { headers } = await ask(url);
    const tag = headers.get('etag') ?? '';
    expect(await ask(url, { headers: { 'if-none-match': tag, 'cache-control': 'max-age=0' } })).toMatchObject({
      status: 304,
      text: '',
    });
    expect((await ask(url, { headers: { 'if-match': '"other"' } })).status).toBe(412);
  });

  it('B493 HEAD is answered like GET, without the content', async () => {
    const server = await startFileServer();
    const url = await uploaded(server, content);
    const [head, get] = [await ask(url, { method: 'HEAD' }), await ask(url)];
    const ofConnection = ['connection', 'date', 'keep-alive'];
    const ofFile = ({ headers }: typeof head): unknown[] =>
      Array.from(headers).filter(([name]) => !ofConnection.includes(name));
    expect([head.status, head.text]).toEqual([200, '']);
    expect(ofFile(head)).toEqual(ofFile(get));
    expect(await ask(url.replace('?', '?x'), { method: 'HEAD' })).toMatchObject({ status: 403, text: '' });
  });

  it('B493 a file that was deleted is answered with 404, without the headers of a file', async () => {
    const server = await startFileServer();
    const url = await uploaded(server, content);
    const [owner = ''] = await readdir(join(server.folder, 'files'));
    const [file = ''] = await readdir(join(server.folder, 'files', owner));
    await rm(join(server.folder, 'files', owner, file, 'content'));
    const response = await ask(url);
    expect(response).toMatchObject({ status: 404, reason: 'There is no such file.' });
    expect(response.headers.get('content-disposition')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
    await rm(join(server.folder, 'files', owner, file), { recursive: true });
    expect(await ask(url)).toMatchObject({ status: 404, reason: 'There is no such file.' });
  });
});

describe('pages of other origins', () => {
  it('B494 only pages of the same origin use the files by default', async () => {
    const server = await startFileServer();
    const own = `http://127.0.0.1:${server.port}`;
    const { url } = await upload(server, 'x');
    const signed = (await signedAddress(url, 'bo')).url;
    const foreign = await ask(signed, { headers: { origin: 'https://evil.example' } });
    expect(foreign).toMatchObject({ status: 403, reason: 'Pages of this origin may not use the server.' });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    expect((await ask(signed, { headers: { origin: 'null' } })).status).toBe(403);
    const response = await ask(signed, { headers: { origin: own } });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(own);
    expect(response.headers.get('vary')).toBe('origin');
  });

  it('B494 the origins that may connect also use the files', async () => {
    const server = await startFileServer({}, { origins: ['https://app.example'] });
    const headers = { origin: 'https://app.example' };
    const preflight = await ask(filesUrl(server), { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'PUT, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, range, if-range',
    });
    const refused = await ask(filesUrl(server), { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect(refused.status).toBe(403);
    const { headers: sent } = await ask(await uploaded(server, 'x'), { headers });
    expect(sent.get('access-control-allow-origin')).toBe('https://app.example');
    expect(sent.get('access-control-expose-headers')).toContain('content-range');
    expect(sent.get('cross-origin-resource-policy')).toBe('cross-origin');
    // A page of an allowed origin reads why it was refused.
    const reason = await ask(`${filesUrl(server)}/x`, { headers });
    expect([reason.status, reason.headers.get('access-control-allow-origin')]).toEqual([404, 'https://app.example']);
  });
});
