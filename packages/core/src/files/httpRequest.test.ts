import { createVirtualClock } from '@imflow/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { sendFileRequest } from './index.ts';

/** A browser's request, whose events a test causes. */
class FakeXhr extends EventTarget {
  static last: FakeXhr | undefined;
  readonly upload: EventTarget = new EventTarget();
  isAborted = false;

  constructor() {
    super();
    FakeXhr.last = this;
  }

  open(): void {}
  setRequestHeader(): void {}
  send(): void {}

  abort(): void {
    this.isAborted = true;
  }
}

afterEach(() => void vi.unstubAllGlobals());

it('B484 a request that makes no progress for a minute ends as a retryable failure, and one that goes slowly does not', async () => {
  vi.stubGlobal('XMLHttpRequest', FakeXhr);
  const clock = createVirtualClock();
  const { signal } = new AbortController();
  let failure: unknown;
  sendFileRequest({ method: 'PUT', url: 'https://files.example', signal, clock }).catch((error: unknown) => {
    failure = error;
  });
  await clock.advance(59_999);
  FakeXhr.last?.upload.dispatchEvent(new Event('progress'));
  await clock.advance(59_999);
  // The response arrives slowly.
  FakeXhr.last?.dispatchEvent(new Event('progress'));
  await clock.advance(59_999);
  expect(failure).toBeUndefined();
  await clock.advance(1);
  expect(failure).toMatchObject({ name: 'TransportFailure', code: 408, retryable: true });
  expect(FakeXhr.last?.isAborted).toBe(true);
});

it('B484 a request that has ended leaves no timer', async () => {
  vi.stubGlobal('XMLHttpRequest', FakeXhr);
  const clock = createVirtualClock();
  const controller = new AbortController();
  const { signal } = controller;
  const request = sendFileRequest({ method: 'PUT', url: 'https://files.example', signal, clock });
  controller.abort(new Error('discarded'));
  await expect(request).rejects.toThrow('discarded');
  expect(FakeXhr.last?.isAborted).toBe(true);
  expect(clock.pending).toBe(0);
});
