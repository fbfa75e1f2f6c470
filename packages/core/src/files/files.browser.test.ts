import { afterEach, describe, expect, it, vi } from 'vitest';
import { deleteDB } from 'idb';
import { FILE_CONTENT_TYPE } from '../messages/fileContent.ts';
import type { FileUploader } from '../ports/files.ts';
import { describeFile } from './describeFile.ts';
import { createIndexedDbFileStore } from './indexedDbFileStore.ts';
import { parseFile } from './fileContent.ts';
import { createMemoryFileStore } from './memoryFileStore.ts';
import { createSameOriginUploader } from './sameOriginUploader.ts';

const names = new Set<string>();

function newName(): string {
  const name = `imflow-files-test-${crypto.randomUUID()}`;
  names.add(name);
  return name;
}

afterEach(async () => {
  vi.restoreAllMocks();
  for (const name of names) await deleteDB(name);
  names.clear();
});

describe.each([
  ['in IndexedDB', () => createIndexedDbFileStore({ name: newName() })],
  ['in memory', createMemoryFileStore],
])('a file store %s', (_, create) => {
  it('B451 a file store returns a file as it was put, until it is deleted', async () => {
    const store = create();
    await store.put('c', 'm1', new File(['hello'], 'a.txt', { type: 'text/plain' }), 5);
    const file = await store.get('c', 'm1');
    expect(await file?.text()).toBe('hello');
    expect(file?.type).toBe('text/plain');
    expect(await store.get('other', 'm1')).toBeUndefined();
    await store.delete('c', ['m1', 'unknown']);
    expect(await store.get('c', 'm1')).toBeUndefined();
  });

  it('B453 a file store lists the files of a conversation that were put before a time', async () => {
    const store = create();
    for (const [id, at] of [
      ['m1', 5],
      ['m2', 6],
    ] as const) {
      await store.put('c', id, new Blob(['x']), at);
    }
    await store.put('d', 'm3', new Blob(['x']), 1);
    expect(await store.list('c', 6)).toEqual(['m1']);
    expect(await store.list('c', Infinity)).toEqual(['m1', 'm2']);
  });
});

describe('a file store in IndexedDB', () => {
  it('B451 a file store in IndexedDB keeps files for the next page', async () => {
    const name = newName();
    await createIndexedDbFileStore({ name }).put('c', 'm1', new Blob(['hello']), 5);
    expect(await (await createIndexedDbFileStore({ name }).get('c', 'm1'))?.text()).toBe('hello');
  });

  it('B451 a file store keeps the bytes of a file where the browser cannot store files', async () => {
    const store = createIndexedDbFileStore({ name: newName() });
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      const { content } = given[0] as { readonly content: unknown };
      if (content instanceof Blob) throw new DOMException('no Blob', 'DataCloneError');
      return put.apply(this, given);
    });
    await store.put('c', 'm1', new File(['hello'], 'a.txt', { type: 'text/plain' }), 5);
    const file = await store.get('c', 'm1');
    expect([await file?.text(), file?.type]).toEqual(['hello', 'text/plain']);
  });

  it('B450 a file store rejects with a clear error when the disk is full', async () => {
    const store = createIndexedDbFileStore({ name: newName() });
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(store.put('c', 'm1', new Blob(['x']), 5)).rejects.toMatchObject({
      code: 'storage',
      message: 'The browser has no room left for the file (quota).',
    });
  });

  it('B450 a file store rejects where the browser allows no database, and the next call opens it again', async () => {
    const store = createIndexedDbFileStore({ name: newName() });
    const open = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('no', 'SecurityError');
    });
    await expect(store.list('c', 1)).rejects.toMatchObject({ code: 'storage' });
    open.mockRestore();
    expect(await store.list('c', 1)).toEqual([]);
  });
});

describe('an uploader for participants in one browser', () => {
  const about = { id: 'm1', remote: 'bo', name: 'a.txt', type: 'text/plain', signal: new AbortController().signal };

  it('B500 a page opens a file that a different page of the origin uploaded, and frees its address', async () => {
    const name = newName();
    const create = (): FileUploader => createSameOriginUploader({ store: createIndexedDbFileStore({ name }) });
    let loaded = 0;
    const { url } = await create().upload(new Blob(['hello']), { ...about, onProgress: (bytes) => (loaded = bytes) });
    expect(loaded).toBe(5);
    const body = JSON.stringify({ name: 'a.txt', type: 'text/plain', size: 5, url });
    expect(parseFile({ contentType: FILE_CONTENT_TYPE, body })?.url).toBe(url);
    const opened = await create().open?.(url);
    expect(await (await fetch(opened?.url ?? '')).text()).toBe('hello');
    opened?.close();
    await expect(fetch(opened?.url ?? '')).rejects.toThrow();
  });

  it('B500 the uploader leaves an address of a different kind to the browser, and rejects for a file that it does not have', async () => {
    const uploader = createSameOriginUploader({ store: createMemoryFileStore() });
    expect(await uploader.open?.('https://files.example/a')).toBeUndefined();
    await expect(uploader.open?.('blob:unknown')).rejects.toMatchObject({ code: 410, retryable: false });
    expect(() => createSameOriginUploader({ maxFileBytes: 0 })).toThrow('maxFileBytes is 0, but must be 1 or more.');
  });
});

describe('the description of a file', () => {
  async function picture(width: number, height: number): Promise<Blob> {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.fillRect(0, 0, width, height);
    return canvas.convertToBlob();
  }

  it('B459 the description of a picture has its size and a small preview', async () => {
    const { thumbnail = '', ...size } = await describeFile(await picture(640, 480));
    expect(size).toEqual({ width: 640, height: 480 });
    const preview = await createImageBitmap(await (await fetch(thumbnail)).blob());
    expect([preview.width, preview.height]).toEqual([32, 24]);
  });

  it('B459 the description of a file that the browser cannot read is empty', async () => {
    for (const type of ['image/png', 'video/mp4', 'audio/mpeg', 'application/pdf', '']) {
      expect(await describeFile(new Blob(['not what it says'], { type }))).toEqual({});
    }
  });

  it('B459 the description of an audio file has its duration', async () => {
    expect(await describeFile(new Blob([silence(1_500)], { type: 'audio/wav' }))).toEqual({ duration: 1_500 });
  });
});

/** A WAV file with 8,000 samples a second of one byte. */
function silence(milliseconds: number): ArrayBuffer {
  const samples = milliseconds * 8;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const text = (offset: number, value: string): void => {
    for (const [index, letter] of Array.from(value).entries()) view.setUint8(offset + index, letter.charCodeAt(0));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + samples, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8_000, true);
  view.setUint32(28, 8_000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, 'data');
  view.setUint32(40, samples, true);
  return view.buffer;
}
