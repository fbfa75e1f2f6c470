import { expect, it, onTestFinished, vi } from 'vitest';
import { createOwnUploader } from './own-files.ts';

function upload(onSign: () => Response) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (input: string | URL, init: RequestInit) => {
    const method = init.method ?? 'GET';
    const { href } = new URL(input);
    asked.push(`${method} ${href} ${new Headers(init.headers).get('authorization') ?? 'without a token'}`);
    return method === 'PUT' ? new Response() : onSign();
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const uploader = createOwnUploader({ url: 'https://example.com/chat', token: async () => 'secret' });
  const uploaded = uploader.upload(new Blob(['%PDF']), {
    id: 'one',
    remote: 'bo',
    name: 'a.pdf',
    type: 'application/pdf',
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  return { asked, uploaded };
}

it('own-files.ts asks the server for an address with the token of the user, and puts the file there', async () => {
  const { asked, uploaded } = upload(() =>
    Response.json({ uploadUrl: 'https://storage.example/signed', url: 'https://files.example/a.pdf' }),
  );
  await expect(uploaded).resolves.toMatchObject({ url: 'https://files.example/a.pdf' });
  expect(asked).toEqual([
    'POST https://example.com/chat/uploads Bearer secret',
    'PUT https://storage.example/signed without a token',
  ]);
});

it.each([
  [403, false],
  [401, true],
  [503, true],
])('own-files.ts: whether an upload that the server answers with %d is retryable: %s', async (status, retryable) => {
  const { uploaded } = upload(() => new Response(null, { status }));
  await expect(uploaded).rejects.toMatchObject({ name: 'TransportFailure', code: status, retryable });
});
