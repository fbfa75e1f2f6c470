import {
  createFakeTabs,
  createFakeTransport,
  createFakeUploader,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import type { FakeTransport, FakeUploader } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlowOptions } from '../engine/flowOptions.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import { FILE_CONTENT_TYPE } from '../messages/fileContent.ts';
import type { FileStore } from '../ports/files.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';
import { parseFile } from './fileContent.ts';
import { createMemoryFileStore } from './memoryFileStore.ts';
import { createFileTransfer, type FileTransferOptions } from './transfer.ts';

const CONVERSATION = JSON.stringify(['ana', 'bo']);

interface Page {
  readonly flow: InstantMessagingFlow;
  readonly transport: FakeTransport;
  readonly uploader: FakeUploader;
}

/** What a device keeps between pages. */
interface Device {
  readonly clock: ReturnType<typeof createVirtualClock>;
  readonly storage: MessageStorage;
  readonly store: FileStore;
  /** Opens a page of `ana` with `bo`. */
  open(options?: Partial<InstantMessagingFlowOptions>, transfer?: FileTransferOptions): Promise<Page>;
  /** The ids of the files that the device keeps. */
  files(): Promise<readonly string[]>;
}

function createDevice(): Device {
  const clock = createVirtualClock();
  const storage = createMemoryStorage();
  const store = createMemoryFileStore();
  let pages = 0;
  return {
    clock,
    storage,
    store,
    async open(options = {}, transfer = {}) {
      const transport = createFakeTransport();
      const uploader = createFakeUploader();
      pages += 1;
      const flow = createInstantMessagingFlow({
        transport,
        remote: 'bo',
        clock,
        random: createSeededRandom(pages),
        storage,
        files: createFileTransfer({ uploader, store, describe: async () => ({}), ...transfer }),
        ...options,
      });
      flow.start();
      await flushMicrotasks();
      return { flow, transport, uploader };
    },
    files: () => store.list(CONVERSATION, Infinity),
  };
}

const photo = (bytes = 8): File => new File(['x'.repeat(bytes)], 'beach.jpg', { type: 'image/jpeg' });

/** A file store that stores a file, and says so only once it is released. */
function holdPut(inner: FileStore): { readonly store: FileStore; release(): void } {
  let release = (): void => {};
  const store: FileStore = {
    ...inner,
    async put(...given) {
      await inner.put(...given);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    },
  };
  return { store, release: () => release() };
}

async function settle(): Promise<void> {
  await flushMicrotasks(300);
}

describe('sending a file', () => {
  it('B450 a file is stored before its message appears, and the message is sent with its address', async () => {
    const device = createDevice();
    const { flow, transport, uploader } = await device.open();
    const { id, settled } = flow.sendFile(photo(), { caption: 'the sea' });
    expect(flow.messages.get(id)).toBeUndefined();
    await settle();
    expect(await device.files()).toEqual([id]);
    expect(flow.messages.get(id)).toMatchObject({
      status: 'queued',
      uploadPending: true,
      contentType: FILE_CONTENT_TYPE,
    });
    expect(transport.wire).toEqual([]);
    expect(uploader.uploads).toMatchObject([{ id, name: 'beach.jpg', type: 'image/jpeg', remote: 'bo' }]);
    uploader.uploads[0]?.accept({ url: 'https://files.example/1' });
    await settle();
    const [sent] = transport.messages;
    expect(sent && parseFile(sent.message)).toEqual({
      name: 'beach.jpg',
      type: 'image/jpeg',
      size: 8,
      caption: 'the sea',
      url: 'https://files.example/1',
    });
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent' });
    expect(flow.messages.get(id)).not.toHaveProperty('uploadPending');
    transport.push({ type: 'notification', sender: 'bo', messageId: id, outcome: 'delivered' });
    expect(await settled).toMatchObject({ messageId: id, status: 'delivered' });
  });

  it('B450 texts behind a file are sent while it is uploaded, and the file keeps its place', async () => {
    const device = createDevice();
    const { flow, transport, uploader } = await device.open();
    const { id } = flow.sendFile(photo());
    await settle();
    const text = flow.sendMessage('look');
    await settle();
    expect(transport.wire).toEqual(['message:look']);
    expect([...flow.messages.order]).toEqual([id, text.id]);
    uploader.uploads[0]?.accept();
    await settle();
    expect(transport.messages.map(({ message }) => message.messageId)).toEqual([text.id, id]);
    expect([...flow.messages.order]).toEqual([id, text.id]);
  });

  it('B450 several files keep their order, and two are uploaded at a time', async () => {
    const device = createDevice();
    const { flow, uploader } = await device.open();
    const ids = [1, 2, 3].map((bytes) => flow.sendFile(photo(bytes)).id);
    await settle();
    expect([...flow.messages.order]).toEqual(ids);
    expect(uploader.uploads.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    uploader.uploads[0]?.accept();
    await settle();
    expect(uploader.uploads.map(({ id }) => id)).toEqual(ids);
  });

  it('B450 a file that the device cannot store has no message, and settled resolves with the code storage', async () => {
    const device = createDevice();
    const store: FileStore = { ...device.store, put: () => Promise.reject(new Error('full')) };
    const { flow, uploader } = await device.open({}, { store });
    const diagnostics: string[] = [];
    flow.on('diagnostic', ({ code }) => diagnostics.push(code));
    const { id, settled } = flow.sendFile(photo());
    expect(await settled).toEqual({ messageId: id, status: 'failed', deliveryFailures: [], code: 'storage' });
    expect(flow.messages.get(id)).toBeUndefined();
    expect(uploader.uploads).toEqual([]);
    expect(diagnostics).toEqual(['file-not-stored']);
  });

  it('B450 a flow that ends while a file is stored frees the file', async () => {
    const device = createDevice();
    const { flow } = await device.open();
    const { settled } = flow.sendFile(photo());
    flow.terminate();
    await settle();
    expect(await settled).toMatchObject({ code: 'terminated' });
    expect(await device.files()).toEqual([]);
  });
});

describe('a send delay', () => {
  it('B450 the send delay of a file begins when its upload ends', async () => {
    const device = createDevice();
    const { flow, transport, uploader } = await device.open({ template: { sendDelay: 10_000 } });
    const { id } = flow.sendFile(photo());
    await settle();
    await device.clock.advance(20_000);
    expect(flow.messages.get(id)).not.toHaveProperty('heldUntil');
    uploader.uploads[0]?.accept();
    await settle();
    expect(flow.messages.get(id)).toMatchObject({ heldUntil: device.clock.now() + 10_000 });
    await device.clock.advance(9_999);
    expect(transport.wire).toEqual([]);
    await device.clock.advance(1);
    expect(transport.messages).toHaveLength(1);
  });
});

describe('a page that closes during an upload', () => {
  it('B451 the next page uploads the file again, and the message is sent once', async () => {
    const device = createDevice();
    const first = await device.open();
    const { id } = first.flow.sendFile(photo());
    await settle();
    first.flow.terminate();
    await settle();
    expect(first.uploader.uploads[0]?.signal.aborted).toBe(true);
    const second = await device.open();
    await settle();
    expect(second.flow.messages.get(id)).toMatchObject({ status: 'queued', uploadPending: true });
    expect(second.uploader.uploads).toMatchObject([{ id }]);
    second.uploader.uploads[0]?.accept();
    await settle();
    expect(second.transport.messages).toMatchObject([{ message: { messageId: id } }]);
    expect(await device.files()).toEqual([]);
  });

  it('B451 a file that is uploaded and not sent is not uploaded again by the next page', async () => {
    const device = createDevice();
    const first = await device.open({ transport: createFakeTransport({ autoAnswer: 'manual' }) });
    const { id } = first.flow.sendFile(photo());
    await settle();
    first.uploader.uploads[0]?.accept();
    await settle();
    first.flow.terminate();
    const second = await device.open();
    await settle();
    expect(second.uploader.uploads).toEqual([]);
    expect(second.transport.messages).toMatchObject([{ message: { messageId: id } }]);
    expect(await device.files()).toEqual([]);
  });

  it('B451 a receipt ends the upload of a file that an earlier page had sent without storing that it was sent', async () => {
    const device = createDevice();
    const first = await device.open();
    const { id } = first.flow.sendFile(photo());
    await settle();
    first.flow.terminate();
    const second = await device.open();
    await settle();
    second.transport.push({ type: 'notification', sender: 'bo', messageId: id, outcome: 'delivered' });
    await settle();
    expect(second.uploader.uploads[0]?.signal.aborted).toBe(true);
    expect(second.flow.messages.get(id)).toMatchObject({ status: 'delivered' });
    expect(second.flow.messages.get(id)).not.toHaveProperty('uploadPending');
    expect(await device.files()).toEqual([]);
  });

  it('B451 a file that is no longer on the device fails as gone', async () => {
    const device = createDevice();
    const first = await device.open();
    const { id } = first.flow.sendFile(photo());
    await settle();
    first.flow.terminate();
    await device.store.delete(CONVERSATION, [id]);
    const second = await device.open();
    await settle();
    expect(second.flow.messages.get(id)).toMatchObject({ status: 'failed', code: 410, retryable: false });
  });
});

describe('several tabs', () => {
  it('B451 the leader uploads the file of a follower; when it ends, the next leader does', async () => {
    const device = createDevice();
    const tabs = createFakeTabs();
    const leader = await device.open({ tabs });
    const follower = await device.open({ tabs });
    const { id } = follower.flow.sendFile(photo());
    await settle();
    expect(leader.uploader.uploads).toMatchObject([{ id }]);
    expect(follower.uploader.uploads).toEqual([]);
    leader.flow.terminate();
    await settle();
    expect(leader.uploader.uploads[0]?.signal.aborted).toBe(true);
    expect(follower.uploader.uploads).toMatchObject([{ id }]);
    follower.uploader.uploads[0]?.accept();
    await settle();
    expect(leader.transport.messages).toEqual([]);
    expect(follower.transport.messages).toMatchObject([{ message: { messageId: id } }]);
    expect(await device.files()).toEqual([]);
  });

  it('B451 a new leader that missed the end of an upload reads it in the storage', async () => {
    const device = createDevice();
    const tabs = createFakeTabs();
    let isDeaf = false;
    const deaf: TabCoordinator = {
      join: (conversation, listener) =>
        tabs.join(conversation, {
          ...listener,
          received: (post) => {
            if (!isDeaf) listener.received(post);
          },
        }),
    };
    const leader = await device.open({ tabs, transport: createFakeTransport({ autoAnswer: 'manual' }) });
    const follower = await device.open({ tabs: deaf });
    const { id } = leader.flow.sendFile(photo());
    await settle();
    isDeaf = true;
    leader.uploader.uploads[0]?.accept();
    await settle();
    expect(follower.flow.messages.get(id)).toMatchObject({ uploadPending: true });
    leader.flow.terminate();
    await settle();
    expect(follower.uploader.uploads).toEqual([]);
    expect(follower.transport.messages).toMatchObject([{ message: { messageId: id } }]);
    const [sent] = follower.transport.messages;
    expect(sent && parseFile(sent.message)).toMatchObject({ url: `https://files.example/${id}` });
  });

  it('B451 a follower shows that the file is uploaded', async () => {
    const device = createDevice();
    const tabs = createFakeTabs();
    const leader = await device.open({ tabs });
    const follower = await device.open({ tabs });
    const { id } = leader.flow.sendFile(photo());
    await settle();
    expect(follower.flow.messages.get(id)).toMatchObject({ uploadPending: true });
    leader.uploader.uploads[0]?.accept();
    await settle();
    expect(follower.flow.messages.get(id)).not.toHaveProperty('uploadPending');
    expect(follower.flow.messages.get(id)).toMatchObject({ status: 'sent' });
  });
});

describe('an upload that fails', () => {
  it('B452 a failed upload is repeated after a delay, and at once when the connection returns', async () => {
    const device = createDevice();
    const { flow, transport, uploader } = await device.open();
    const { id } = flow.sendFile(photo());
    await settle();
    uploader.uploads[0]?.fail(new TransportFailure(503, 'busy', { retryable: true }));
    await settle();
    expect(flow.messages.get(id)).toMatchObject({ status: 'queued' });
    await device.clock.advance(1_000);
    expect(uploader.uploads).toHaveLength(2);
    transport.setStatus({ state: 'offline' });
    uploader.uploads[1]?.fail(new Error('no network'));
    await settle();
    transport.setStatus({ state: 'online' });
    await settle();
    expect(uploader.uploads).toHaveLength(3);
    uploader.uploads[2]?.accept();
    await settle();
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent' });
  });

  it('B452 no upload is attempted without a connection', async () => {
    const device = createDevice();
    const { flow, transport, uploader } = await device.open();
    transport.setStatus({ state: 'offline' });
    const { id } = flow.sendFile(photo());
    await settle();
    await device.clock.advance(3_600_000);
    expect(uploader.uploads).toEqual([]);
    expect(flow.messages.get(id)).toMatchObject({ status: 'queued' });
    transport.setStatus({ state: 'online' });
    await settle();
    expect(uploader.uploads).toHaveLength(1);
  });

  it('B452 a message fails after ten failed uploads; a retry uploads its file again', async () => {
    const device = createDevice();
    const { flow, uploader } = await device.open();
    const { id } = flow.sendFile(photo());
    await settle();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(flow.messages.get(id)).toMatchObject({ status: 'queued' });
      uploader.uploads[attempt]?.fail(new TransportFailure(503, 'busy', { retryable: true }));
      await settle();
      await device.clock.advance(60_000);
    }
    expect(uploader.uploads).toHaveLength(10);
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed', code: 503, retryable: true, uploadPending: true });
    expect(await device.files()).toEqual([id]);
    flow.retryMessage(id);
    await settle();
    expect(flow.messages.get(id)).toMatchObject({ status: 'queued' });
    uploader.uploads[10]?.accept();
    await settle();
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent' });
    expect(await device.files()).toEqual([]);
  });

  it('B452 a message fails at once where the uploader refuses its file', async () => {
    const device = createDevice();
    const { flow, uploader } = await device.open();
    const { id, settled } = flow.sendFile(photo());
    await settle();
    uploader.uploads[0]?.fail(new TransportFailure(413, 'too large', { retryable: false }));
    expect(await settled).toMatchObject({ status: 'failed', code: 'refused', responseCode: 413 });
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed', retryable: false });
  });

  it('B452 an upload without progress for a minute is aborted and repeated', async () => {
    const device = createDevice();
    const { flow, uploader } = await device.open();
    flow.sendFile(photo());
    await settle();
    await device.clock.advance(59_999);
    uploader.uploads[0]?.progress(4);
    await device.clock.advance(59_999);
    expect(uploader.uploads[0]?.signal.aborted).toBe(false);
    await device.clock.advance(1);
    await settle();
    expect(uploader.uploads[0]?.signal.aborted).toBe(true);
    await device.clock.advance(1_000);
    expect(uploader.uploads).toHaveLength(2);
  });

  it('B452 a retry of a message whose file is uploaded uploads nothing', async () => {
    const device = createDevice();
    const transport = createFakeTransport({ autoAnswer: 'manual' });
    const { flow, uploader } = await device.open({ transport });
    const { id } = flow.sendFile(photo());
    await settle();
    uploader.uploads[0]?.accept();
    await settle();
    transport.messages[0]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    await settle();
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed' });
    flow.retryMessage(id);
    await settle();
    expect(uploader.uploads).toHaveLength(1);
    expect(transport.messages).toHaveLength(2);
  });
});

describe('a file that is discarded', () => {
  it('B453 a discarded file is no longer uploaded, and is freed', async () => {
    const device = createDevice();
    const { flow, transport, uploader } = await device.open();
    const { id, settled } = flow.sendFile(photo(), { caption: 'the sea' });
    await settle();
    expect(flow.discardMessage(id)).toBe('the sea');
    await settle();
    expect(await settled).toMatchObject({ code: 'discarded' });
    expect(uploader.uploads[0]?.signal.aborted).toBe(true);
    expect(flow.messages.get(id)).toBeUndefined();
    expect(await device.files()).toEqual([]);
    uploader.uploads[0]?.accept();
    await settle();
    expect(transport.messages).toEqual([]);
  });

  it('B453 a file whose upload failed can be discarded; a retraction discards it too', async () => {
    const device = createDevice();
    const transport = createFakeTransport({ capabilities: { operations: { retract: true } } });
    const { flow, uploader } = await device.open({ transport });
    const ids = [flow.sendFile(photo()).id, flow.sendFile(photo()).id];
    await settle();
    for (const upload of uploader.uploads) upload.fail(new TransportFailure(413, 'too large', { retryable: false }));
    await settle();
    expect(flow.discardMessage(ids[0] ?? '')).toBe('');
    flow.retractMessage(ids[1] ?? '');
    await settle();
    expect(flow.messages.order.length).toBe(0);
    expect(transport.wire).toEqual([]);
    expect(await device.files()).toEqual([]);
  });

  it('B453 a file without a message is freed an hour later, by a page that has been open for a minute', async () => {
    const device = createDevice();
    await device.store.put(CONVERSATION, 'abandoned', photo(), device.clock.now());
    const first = await device.open();
    first.flow.terminate();
    await device.clock.advance(3_600_001);
    await device.open();
    await device.clock.advance(59_000);
    expect(await device.files()).toEqual(['abandoned']);
    await device.clock.advance(1_000);
    expect(await device.files()).toEqual([]);
  });

  it('B453 a page that ends waits no longer for files without a message', async () => {
    const device = createDevice();
    await device.store.put(CONVERSATION, 'abandoned', photo(), device.clock.now() - 3_600_001);
    const waiting = await device.open();
    waiting.flow.terminate();
    (await device.open()).flow.terminate();
    await settle();
    expect(device.clock.pending).toBe(0);
    expect(await device.files()).toEqual(['abandoned']);
  });

  it('B506 a tab that finds a file whose message another tab has not queued yet keeps it, also when the clock was set forward', async () => {
    const device = createDevice();
    const tabs = createFakeTabs();
    const { store, release } = holdPut(device.store);
    const { flow, uploader } = await device.open({ tabs }, { store });
    const { id } = flow.sendFile(photo());
    await settle();
    device.clock.setWallClock(device.clock.now() + 7_200_000);
    await device.open({ tabs });
    await settle();
    release();
    await settle();
    expect(uploader.uploads).toMatchObject([{ id }]);
    expect(flow.messages.get(id)).toMatchObject({ status: 'queued' });
  });

  it('B506 a file that a tab stores is kept until its message is queued, however long that takes and whatever the clock says', async () => {
    const device = createDevice();
    const { store, release } = holdPut(device.store);
    const { flow, transport, uploader } = await device.open({}, { store });
    const { id } = flow.sendFile(photo());
    await settle();
    device.clock.setWallClock(device.clock.now() + 7_200_000);
    for (let round = 0; round < 2; round += 1) {
      transport.setStatus({ state: 'offline' });
      transport.setStatus({ state: 'online' });
      await device.clock.advance(60_000);
    }
    release();
    await settle();
    expect(uploader.uploads).toMatchObject([{ id }]);
  });

  it('B453 a file whose message waits for its upload is kept, however old it is', async () => {
    const device = createDevice();
    const transport = createFakeTransport();
    transport.setStatus({ state: 'offline' });
    const first = await device.open({ transport });
    const { id } = first.flow.sendFile(photo());
    await settle();
    first.flow.terminate();
    await device.clock.advance(90_000_000);
    const second = await device.open();
    await settle();
    expect(second.uploader.uploads).toMatchObject([{ id }]);
  });

  it('B453 a file that was sent stays on the device while the stored message still waits for its upload', async () => {
    const device = createDevice();
    let fails = false;
    const storage: MessageStorage = {
      ...device.storage,
      write: (...write) => (fails ? Promise.reject(new Error('broken')) : device.storage.write(...write)),
    };
    const { flow, uploader } = await device.open({ storage });
    const { id } = flow.sendFile(photo());
    await settle();
    fails = true;
    uploader.uploads[0]?.accept();
    await device.clock.advance(30_000);
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent' });
    expect(await device.files()).toEqual([id]);
    fails = false;
    await device.clock.advance(60_000);
    await settle();
    expect(await device.files()).toEqual([]);
  });

  it('B453 a file is deleted after it was sent, also where the storage never stored its message', async () => {
    const device = createDevice();
    const broken: MessageStorage = { ...device.storage, write: () => Promise.reject(new Error('broken')) };
    const { flow, uploader } = await device.open({ storage: broken });
    const { id } = flow.sendFile(photo());
    await settle();
    uploader.uploads[0]?.accept();
    await settle();
    await device.clock.advance(60_000);
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent' });
    // The storage has no record of the message, so no later page needs the file.
    expect(await device.files()).toEqual([]);
  });
});

describe('the progress of an upload', () => {
  it('B454 the progress of an upload is reported in whole percents, and changes no record', async () => {
    const device = createDevice();
    const { flow, uploader } = await device.open();
    const { id } = flow.sendFile(photo(1_000));
    await settle();
    const told: (number | undefined)[] = [];
    flow.files?.subscribeToProgress(id, () => told.push(flow.files?.progressOf(id)));
    const record = flow.messages.get(id);
    for (const loaded of [1, 9, 10, 19, 500, 2_000, -5]) uploader.uploads[0]?.progress(loaded);
    expect(told).toEqual([0.01, 0.5, 1, 0]);
    expect(flow.messages.get(id)).toBe(record);
    uploader.uploads[0]?.accept();
    await settle();
    expect(flow.files?.progressOf(id)).toBeUndefined();
    expect(told.at(-1)).toBeUndefined();
  });
});

describe('files that cannot be sent', () => {
  it.each([
    ['an empty file', new File([], 'empty.txt'), 'out-of-range', 'file has 0 bytes, but must have 1 to 10.'],
    ['a large file', photo(11), 'out-of-range', 'file has 11 bytes, but must have 1 to 10.'],
    [
      'another type',
      new File(['x'], 'a.exe', { type: 'application/x-msdownload' }),
      'invalid-argument',
      "the file's type is 'application/x-msdownload', but must be one of: image/*,.pdf.",
    ],
    ['no file', 'photo.jpg', 'invalid-argument', "file is 'photo.jpg', but must be a File or a Blob."],
  ])('B455 sendFile throws a clear error at once for %s', async (_, file, code, message) => {
    const device = createDevice();
    const { flow } = await device.open({}, { accept: 'image/*,.pdf', maxFileBytes: 10 });
    expect(() => flow.sendFile(file as Blob)).toThrow(expect.objectContaining({ code, message }));
    await settle();
    expect(await device.files()).toEqual([]);
  });

  it('B455 the size limit of the uploader applies in addition to that of the application', async () => {
    const uploader = createFakeUploader({ maxFileBytes: 5 });
    const { flow } = await createDevice().open({}, { uploader, maxFileBytes: 10 });
    expect(flow.files?.maxFileBytes).toBe(5);
    expect(flow.files?.check(photo(6))).toEqual({ reason: 'too-large', maxFileBytes: 5 });
    expect(flow.files?.check(photo(5))).toBeUndefined();
  });

  it('B455 a flow without an uploader receives files and sends none', async () => {
    const clock = createVirtualClock();
    const transport = createFakeTransport();
    const files = createFileTransfer({ store: createMemoryFileStore() });
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, files });
    flow.start();
    expect(flow.files?.canSend).toBe(false);
    expect(() => flow.sendFile(photo())).toThrow(expect.objectContaining({ code: 'invalid-operation' }));
    const body = JSON.stringify({ name: 'a.pdf', type: 'application/pdf', size: 3, url: 'https://files.example/a' });
    transport.push({
      type: 'message',
      message: { messageId: 'm1', sender: 'bo', contentType: FILE_CONTENT_TYPE, body },
    });
    expect(flow.messages.get('m1')).toMatchObject({ isContentTypeSupported: true });
    expect(await flow.files?.open('m1')).toMatchObject({ url: 'https://files.example/a' });
  });

  it('B455 a flow without the option files refuses to send a file', async () => {
    const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo' });
    flow.start();
    expect(flow.files).toBeUndefined();
    expect(() => flow.sendFile(photo())).toThrow(expect.objectContaining({ code: 'invalid-operation' }));
    flow.terminate();
  });

  it.each([
    [{ uploader: {} }, 'uploader must be a FileUploader'],
    [{ accept: 5 }, 'accept must be'],
    [{ maxFileBytes: 0 }, 'maxFileBytes is 0, but must be'],
    [{ maxUploads: 17 }, 'maxUploads is 17, but must be a number from 1 to 16'],
  ])('B455 the options %j are refused with a clear error', (options, message) => {
    expect(() => createFileTransfer(options as FileTransferOptions)).toThrow(message);
  });
});

describe('the caption of a file', () => {
  it('B456 a caption is edited in place before its message has left, and the upload continues', async () => {
    const device = createDevice();
    const transport = createFakeTransport({ capabilities: { operations: { edit: 'any' } } });
    const { flow, uploader } = await device.open({ transport });
    const { id } = flow.sendFile(photo(), { caption: 'teh sea' });
    await settle();
    flow.editMessage(id, 'the sea');
    await settle();
    expect(uploader.uploads).toHaveLength(1);
    uploader.uploads[0]?.accept();
    await settle();
    expect(transport.messages.map(({ message }) => parseFile(message)?.caption)).toEqual(['the sea']);
  });

  it('B456 a caption is edited in place also while the storage fails', async () => {
    const device = createDevice();
    let fails = false;
    const storage: MessageStorage = {
      ...device.storage,
      write: (...write) => (fails ? Promise.reject(new Error('broken')) : device.storage.write(...write)),
    };
    const transport = createFakeTransport({ capabilities: { operations: { edit: 'any' } } });
    const { flow, uploader } = await device.open({ transport, storage });
    const { id } = flow.sendFile(photo(), { caption: 'teh sea' });
    await settle();
    fails = true;
    flow.editMessage(id, 'the sea');
    await device.clock.advance(30_000);
    uploader.uploads[0]?.accept();
    await device.clock.advance(30_000);
    await settle();
    expect(transport.messages.map(({ message }) => parseFile(message))).toMatchObject([
      { caption: 'the sea', url: `https://files.example/${id}` },
    ]);
    expect(transport.operations).toEqual([]);
  });

  it('B456 a caption is edited by an operation once its message has left, and may be removed', async () => {
    const device = createDevice();
    const transport = createFakeTransport({ capabilities: { operations: { edit: 'any' } } });
    const { flow, uploader } = await device.open({ transport });
    const { id } = flow.sendFile(photo(), { caption: 'the sea' });
    await settle();
    uploader.uploads[0]?.accept();
    await settle();
    flow.editMessage(id, '');
    await settle();
    const record = flow.messages.get(id);
    expect(record && parseFile(record)).toEqual({
      name: 'beach.jpg',
      type: 'image/jpeg',
      size: 8,
      url: `https://files.example/${id}`,
    });
    expect(transport.wire.at(-1)).toBe(`edit:${id}`);
  });

  it('B456 the caption and the name of a file are found by a search, and quoted by a reply', async () => {
    const device = createDevice();
    const transport = createFakeTransport({ capabilities: { operations: { reply: true } } });
    const { flow, uploader } = await device.open({ transport });
    const { id } = flow.sendFile(photo(), { caption: 'the sea' });
    await settle();
    uploader.uploads[0]?.accept();
    await settle();
    for (const text of ['sea', 'BEACH']) {
      expect((await flow.searchStored(text)).matches.map((match) => match.id)).toEqual([id]);
    }
    expect((await flow.searchStored('image/jpeg')).matches).toEqual([]);
    flow.sendMessage('nice', { replyTo: id });
    await settle();
    expect(transport.messages.at(-1)?.message.replyTo?.excerpt).toBe('the sea');
  });
});

describe('a file that arrives twice', () => {
  it('B457 a file that arrives twice is one message, also where it was uploaded twice', async () => {
    const { flow, transport } = await createDevice().open();
    const received: string[] = [];
    flow.on('messageReceived', ({ message }) => received.push(message.id));
    for (const url of ['https://files.example/1', 'https://files.example/2']) {
      const body = JSON.stringify({ name: 'a.pdf', type: 'application/pdf', size: 3, url });
      transport.push({
        type: 'message',
        message: { messageId: 'm1', sender: 'bo', contentType: FILE_CONTENT_TYPE, body },
      });
      await settle();
    }
    expect(received).toEqual(['m1']);
    expect(flow.messages.order.length).toBe(1);
  });
});

describe('bytes as a message', () => {
  it('B501 bytes with a textual content type are sent as the text that they encode', async () => {
    const { flow, transport } = await createDevice().open();
    flow.sendMessage(new TextEncoder().encode('<b>Grüße</b>'), { contentType: 'text/html' });
    await settle();
    expect(transport.messages[0]?.message).toMatchObject({ contentType: 'text/html', body: '<b>Grüße</b>' });
  });

  it('B501 bytes with any other content type are sent as a file', async () => {
    const { flow, uploader } = await createDevice().open();
    const { id } = flow.sendMessage(new Uint8Array([1, 2, 3]), { contentType: 'image/gif' });
    await settle();
    expect(uploader.uploads).toMatchObject([{ id, type: 'image/gif' }]);
    expect(new Uint8Array((await uploader.uploads[0]?.file.arrayBuffer()) ?? [])).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('B501 bytes that are not UTF-8 or are empty are refused, and so is a file without the option files', async () => {
    const { flow } = await createDevice().open({ files: undefined as never });
    expect(() => flow.sendMessage(new Uint8Array([0xff]))).toThrow(
      'body is of type object, but must be a text in UTF-8.',
    );
    expect(() => flow.sendMessage(new Uint8Array([]))).toThrow('something in it');
    expect(() => flow.sendMessage(new Uint8Array([1]), { contentType: 'image/gif' })).toThrow('Files cannot be sent');
  });
});
