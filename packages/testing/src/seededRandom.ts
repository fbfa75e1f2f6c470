import type { Random } from '@imflow/core';

/** Mixes a text into four 32-bit words (FNV-1a, then the finaliser of MurmurHash3). */
function wordsOf(seed: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x3c6ef372];
  for (let word = 0; word < 4; word += 1) {
    let hash = words[word]! ^ 0x811c9dc5;
    for (let at = 0; at < seed.length; at += 1) hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    words[word] = (hash ^ (hash >>> 16)) >>> 0;
  }
  return words;
}

/**
 * A random source that gives the same numbers and ids for the same seed (sfc32; passes PractRand). Its ids have the
 * form of the real ones, 32 hexadecimal digits, but are not unguessable.
 */
export function createSeededRandom(seed: number | string): Random {
  let [a, b, c, counter] = wordsOf(String(seed));

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
