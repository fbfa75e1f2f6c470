import { describe, expect, it } from 'vitest';
import { createIndexedDbStorage } from './index.ts';

describe('IndexedDB storage where there is no IndexedDB', () => {
  it('B122 the storage can be imported and created without IndexedDB; only its use rejects', async () => {
    expect(globalThis).not.toHaveProperty('indexedDB');
    const storage = createIndexedDbStorage();
    const failure = { name: 'FlowError', code: 'storage', message: expect.stringMatching(/unavailable/) as unknown };
    await expect(storage.open('c', 1)).rejects.toMatchObject(failure);
    await expect(storage.loadBefore('c', { order: 1, id: 'm' }, 1)).rejects.toMatchObject(failure);
    await expect(storage.find('c', ['m'])).rejects.toMatchObject(failure);
    await expect(storage.write('c', { put: [], remove: [] })).rejects.toMatchObject(failure);
  });
});
