import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SipFrame } from './codecs/frame.ts';
import { createCredentials } from './credentials.ts';

function asked(...challenges: readonly string[]): SipFrame {
  const headers = challenges.map((value) => ({ name: 'www-authenticate', value }));
  return { startLine: 'SIP/2.0 401 Unauthorized', headers, body: '' };
}

/** The example of RFC 7616, section 3.9.1. */
const EXAMPLE =
  'realm="http-auth@example.org", qop="auth, auth-int", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"';
const MUFASA = ['Mufasa', 'Circle of Life', () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'] as const;

describe('Digest', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('the client answers %s as RFC 7616 requires', (algorithm, expected) => {
    const credentials = createCredentials(...MUFASA);
    const { answerable, stale } = credentials.challenged(asked(`Digest ${EXAMPLE}, algorithm=${algorithm}`));
    expect({ answerable, stale }).toEqual({ answerable: true, stale: false });
    // The RFC's example is a GET; a challenge of 401 is answered on REGISTER alone.
    expect(credentials.headersFor('GET', '/dir/index.html')).toEqual([]);
    const proxied: SipFrame = {
      ...asked(),
      headers: [{ name: 'proxy-authenticate', value: `Digest ${EXAMPLE}, algorithm=${algorithm}` }],
    };
    const fresh = createCredentials(...MUFASA);
    fresh.challenged(proxied);
    const [answer] = fresh.headersFor('GET', '/dir/index.html');
    expect(answer?.name).toBe('Proxy-Authorization');
    expect(answer?.value).toContain(`response="${expected}"`);
    expect(answer?.value).toContain('nc=00000001');
    expect(fresh.headersFor('GET', '/dir/index.html')[0]?.value).toContain('nc=00000002');
  });

  it('the client prefers the stronger of two challenges, and answers one without qop', () => {
    const credentials = createCredentials('ana', 'secret', () => 'c');
    credentials.challenged(asked('Digest realm="r", nonce="n"', 'Digest realm="r", nonce="m", algorithm=SHA-256'));
    const [answer] = credentials.headersFor('REGISTER', 'sip:r');
    expect(answer?.value).toMatch(/algorithm=SHA-256.*response="[\da-f]{64}"/);
    expect(answer?.value).not.toContain('nc=');
  });

  it.each([
    'Basic realm="r"',
    'Digest realm="r"',
    'Digest realm="r", nonce="n", algorithm=MD5-sess',
    'Digest realm="r", nonce="n", qop="auth-int"',
    '',
  ])('the client does not answer the challenge "%s"', (challenge) => {
    const credentials = createCredentials('ana', 'secret', () => 'c');
    expect(credentials.challenged(asked(challenge)).answerable).toBe(false);
    expect(credentials.headersFor('REGISTER', 'sip:r')).toEqual([]);
  });

  it('the client computes SHA-256 in a page without WebCrypto, as on plain http', () => {
    vi.stubGlobal('crypto', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const credentials = createCredentials('ana', 'secret', () => 'c');
    expect(credentials.challenged(asked('Digest realm="r", nonce="n", algorithm=SHA-256')).answerable).toBe(true);
    expect(credentials.headersFor('REGISTER', 'sip:r')[0]?.value).toMatch(/response="[\da-f]{64}"/);
  });

  it('quotes and line ends in a value stay inside their parameter', () => {
    const credentials = createCredentials('a"\r\nX: y', 'secret', () => 'c');
    credentials.challenged(asked('Digest realm="a \\"realm\\"", nonce="n"'));
    const [answer] = credentials.headersFor('REGISTER', 'sip:r');
    expect(answer?.value).toContain(String.raw`username="a\"  X: y", realm="a \"realm\""`);
  });
});
