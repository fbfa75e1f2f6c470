import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createWebSessionStore } from './index.ts';

/** The storage of a browser, or of one of its tabs. */
function stub(name: 'localStorage' | 'sessionStorage'): void {
  const entries = new Map<string, string>();
  vi.stubGlobal(name, {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  });
}

beforeEach(() => {
  stub('localStorage');
  stub('sessionStorage');
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const SESSION = {
  address: 'ana@bücher.example',
  resource: 'r',
  resumable: 's',
  handled: 3,
  position: 'p2',
  overlapping: 'p1',
  rereads: [{ delay: 10_000, from: 'p0', begun: 1, due: 10_001 }],
};

it('B261 a new tab receives the position up to which the browser has read the archive, and no session of a different tab', () => {
  createWebSessionStore(SESSION.address).save(JSON.stringify(SESSION));
  expect(JSON.parse(createWebSessionStore(SESSION.address).load() ?? '')).toEqual(SESSION);
  stub('sessionStorage');
  const { address, position, overlapping, rereads } = SESSION;
  const shared = { address, position, overlapping, rereads };
  expect(JSON.parse(createWebSessionStore(SESSION.address).load() ?? '')).toEqual(shared);
});

it('B261 a tab that signs out keeps the position up to which the archive was read', () => {
  const store = createWebSessionStore(SESSION.address);
  store.save(JSON.stringify(SESSION));
  store.save(undefined);
  expect(JSON.parse(store.load() ?? '')).toMatchObject({ position: 'p2' });
  expect(store.load()).not.toContain('resumable');
});

it('B401 a session is found under each spelling of an internationalised domain', () => {
  createWebSessionStore('ana@xn--bcher-kva.example').save(JSON.stringify(SESSION));
  expect(createWebSessionStore('Ana@BÜCHER.example').load()).toBe(JSON.stringify(SESSION));
});

it.each(['getItem', 'setItem'] as const)(
  'B397 a tab whose own storage refuses %s still keeps and finds the position up to which the archive was read, and no older one',
  (method) => {
    const store = createWebSessionStore(SESSION.address);
    store.save(JSON.stringify({ ...SESSION, position: 'p1' }));
    vi.spyOn(globalThis.sessionStorage, method).mockImplementation(() => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    });
    store.save(JSON.stringify(SESSION));
    const { address, position, overlapping, rereads } = SESSION;
    expect(JSON.parse(store.load() ?? '')).toEqual({ address, position, overlapping, rereads });
  },
);

it('B397 a session over a reload needs no storage of the browser', () => {
  vi.stubGlobal('localStorage', undefined);
  const store = createWebSessionStore(SESSION.address);
  store.save(JSON.stringify(SESSION));
  expect(JSON.parse(store.load() ?? '')).toEqual(SESSION);
});
