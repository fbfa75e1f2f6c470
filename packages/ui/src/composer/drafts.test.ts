import { expect, it } from 'vitest';
import { type DraftStorage, readDraft, writeDraft } from './drafts.ts';

it('B239 a sent draft is not restored, also where the storage cannot remove it', () => {
  const kept = new Map<string, string>();
  let isRefused = false;
  const refusable = <T>(run: () => T): T => {
    if (isRefused) throw new DOMException('No', 'SecurityError');
    return run();
  };
  const storage: DraftStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, draft) => refusable(() => void kept.set(key, draft)),
    removeItem: (key) => refusable(() => void kept.delete(key)),
  };
  const place = { key: 'draft', storage };
  writeDraft(place, 'Hello');
  expect(readDraft(place)).toBe('Hello');
  isRefused = true;
  writeDraft(place, '');
  expect(readDraft(place)).toBe('');
  writeDraft(place, 'Next');
  expect(readDraft(place)).toBe('Next');
  isRefused = false;
  writeDraft(place, '');
  expect(readDraft(place)).toBe('');
  expect(kept.size).toBe(0);
});
