import { describe, expect, it } from 'vitest';
import { createScram, strongest } from './scram.ts';

describe('SCRAM', () => {
  it('SCRAM produces the exchange of RFC 5802, section 5', async () => {
    const scram = createScram('SCRAM-SHA-1', 'user', 'pencil', 'fyko+d2lbbFgONRv9qkxdawL');
    expect(scram.first).toBe('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL');
    const nonce = 'fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j';
    await expect(scram.answer(`r=${nonce},s=QSXCR+Q6sek8bf92,i=4096`)).resolves.toBe(
      `c=biws,r=${nonce},p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=`,
    );
    expect(scram.proves('v=rmF9pqV8S7suAoZWja4dJRkFsKQ=')).toBe(true);
    expect(scram.proves('v=AAAApqV8S7suAoZWja4dJRkFsKQ=')).toBe(false);
  });

  it('SCRAM produces the exchange of RFC 7677, section 3', async () => {
    const scram = createScram('SCRAM-SHA-256', 'user', 'pencil', 'rOprNGfwEbeRWgbNEkqO');
    const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
    await expect(scram.answer(`r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`)).resolves.toBe(
      `c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
    );
    expect(scram.proves('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toBe(true);
  });

  it.each([
    'r=other,s=QSXCR+Q6sek8bf92,i=4096',
    'r=mine,s=QSXCR+Q6sek8bf92,i=4096',
    'r=mine1,s=,i=1',
    'r=mine1,s=AAAA,i=99999999',
    '',
  ])('SCRAM refuses an invalid challenge: %s', async (challenge) => {
    await expect(createScram('SCRAM-SHA-1', 'user', 'pencil', 'mine').answer(challenge)).rejects.toThrow(
      /invalid SCRAM challenge/,
    );
  });

  it('SCRAM uses the strongest offered mechanism', () => {
    expect(strongest(['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256'])).toBe('SCRAM-SHA-256');
    expect(strongest(['PLAIN', 'DIGEST-MD5'])).toBeUndefined();
  });
});
