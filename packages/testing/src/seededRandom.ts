/** A random source that repeats for the same seed. */

import type { Random } from '@imflow/core';

/** Mixes a text and a salt into 32 bits (FNV-1a, then the finaliser of MurmurHash3). */
function mix(text: string, salt: number): number {
  let hash = salt ^ 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * A random source that gives the same numbers and ids for the same seed (sfc32; passes PractRand). Its ids have the
 * form of the real ones, 32 hexadecimal digits, but are not unguessable.
 */
export function createSeededRandom(seed: number | string): Random {
  const text = String(seed);
  let a = mix(text, 0x9e3779b9);
  let b = mix(text, 0x243f6a88);
  let c = mix(text, 0xb7e15162);
  let counter = 1;

  function word(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  // The first numbers still show the seed.
  for (let round = 0; round < 15; round += 1) word();

  return {
    next: () => word() / 2 ** 32,
    id: () => [word(), word(), word(), word()].map((part) => part.toString(16).padStart(8, '0')).join(''),
  };
}
