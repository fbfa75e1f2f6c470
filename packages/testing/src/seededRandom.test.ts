import { describe, expect, it } from 'vitest';
import { createSeededRandom } from './seededRandom.ts';

describe('seeded random', () => {
  it('the same seed gives the same numbers and ids', () => {
    const one = createSeededRandom(7);
    const two = createSeededRandom(7);
    expect([one.next(), one.id(), one.next()]).toEqual([two.next(), two.id(), two.next()]);
  });

  it('neighbouring seeds give different numbers', () => {
    const first = Array.from({ length: 100 }, (_, seed) => createSeededRandom(seed).next());
    expect(new Set(first).size).toBe(100);
    const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.6);
  });

  it('the numbers spread evenly over [0, 1)', () => {
    const random = createSeededRandom('spread');
    const buckets = Array.from({ length: 10 }, () => 0);
    for (let count = 0; count < 100_000; count += 1) {
      const value = random.next();
      const bucket = Math.floor(value * 10);
      buckets[bucket] = (buckets[bucket] ?? Number.NaN) + 1;
    }
    expect(buckets).toHaveLength(10);
    for (const bucket of buckets) expect(Math.abs(bucket - 10_000)).toBeLessThan(500);
  });

  it('the ids have 32 hexadecimal digits and do not repeat', () => {
    const random = createSeededRandom(1);
    const ids = new Set(Array.from({ length: 10_000 }, () => random.id()));
    expect(ids.size).toBe(10_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});
