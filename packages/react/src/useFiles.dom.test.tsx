import { createInstantMessagingFlow, type FlowFiles, type InstantMessagingFlow } from '@imflow/core';
import { createFileTransfer, createMemoryFileStore } from '@imflow/core/files';
import { createFakeTransport, createFakeUploader, type FakeUploader } from '@imflow/testing';
import { act, render, renderHook } from '@testing-library/react';
import { type ReactElement, StrictMode, useEffect } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlowProvider, useFileUrl, useFlow, useInstantMessagingFlow, useMessage, useUploadProgress } from './index.ts';

let opened = 0;
let openAddresses = new Set<string>();

beforeEach(() => {
  [opened, openAddresses] = [0, new Set()];
  // jsdom lacks both functions.
  URL.createObjectURL = () => {
    opened += 1;
    openAddresses.add(`blob:${opened}`);
    return `blob:${opened}`;
  };
  URL.revokeObjectURL = (url) => void openAddresses.delete(url);
});

afterEach(() => {
  Reflect.deleteProperty(URL, 'createObjectURL');
  Reflect.deleteProperty(URL, 'revokeObjectURL');
});

const file = (): File => new File(['0123456789'], 'notes.txt', { type: 'text/plain' });

function createFiles(uploader: FakeUploader = createFakeUploader()) {
  return createFileTransfer({ uploader, store: createMemoryFileStore(), describe: async () => ({}) });
}

/** A flow with one file that is being uploaded. */
async function startUpload(): Promise<{ flow: InstantMessagingFlow; uploader: FakeUploader; id: string }> {
  const uploader = createFakeUploader();
  const flow = createInstantMessagingFlow({
    transport: createFakeTransport(),
    remote: 'bo',
    files: createFiles(uploader),
  });
  flow.start();
  const { id } = flow.sendFile(file());
  await vi.waitFor(() => expect(uploader.uploads).toHaveLength(1));
  return { flow, uploader, id };
}

/** A flow whose files are opened by a function of the test. */
function withOpen(flow: InstantMessagingFlow, open: FlowFiles['open']): InstantMessagingFlow {
  return { ...flow, files: { ...flow.files!, open } };
}

describe('the progress of an upload', () => {
  it('B460 only the component that shows the progress of an upload re-renders while the upload continues', async () => {
    const { flow, uploader, id } = await startUpload();
    const renders = { message: 0, progress: 0, other: 0 };
    const seen: (number | undefined)[] = [];
    function Row(): ReactElement {
      renders.message += 1;
      useMessage(id);
      return <Progress />;
    }
    function Progress(): null {
      renders.progress += 1;
      seen.push(useUploadProgress(id));
      return null;
    }
    function Other(): null {
      renders.other += 1;
      useUploadProgress('another');
      return null;
    }
    render(
      <FlowProvider flow={flow}>
        <Row />
        <Other />
      </FlowProvider>,
    );
    const before = { ...renders };
    act(() => uploader.uploads[0]!.progress(4));
    act(() => uploader.uploads[0]!.progress(4));
    expect(seen.at(-1)).toBe(0.4);
    expect(renders).toEqual({ ...before, progress: before.progress + 1 });
    flow.terminate();
  });

  it('B460 an upload has no progress in a flow without files, or once it has ended', async () => {
    const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo' });
    expect(renderHook(() => useUploadProgress('a', flow)).result.current).toBeUndefined();
    const { flow: uploading, uploader, id } = await startUpload();
    const { result } = renderHook(() => useUploadProgress(id, uploading));
    expect(result.current).toBe(0);
    await act(async () => uploader.uploads[0]!.accept());
    expect(result.current).toBeUndefined();
    uploading.terminate();
  });
});

describe('the address of a file', () => {
  describe('an address that expires', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    /** A flow whose file addresses expire after a minute, and can be refused by the test. */
    function expiring(): { flow: InstantMessagingFlow; refuse: (isRefused: boolean) => void; open: () => string[] } {
      const open = new Set<string>();
      let [count, isRefused] = [0, false];
      const flow = createInstantMessagingFlow({
        transport: createFakeTransport(),
        remote: 'bo',
        files: createFiles(),
      });
      return {
        refuse: (refused) => void (isRefused = refused),
        open: () => Array.from(open),
        flow: withOpen(flow, async () => {
          if (isRefused) throw new Error('no');
          const url = `https://files.example/1?signature=${(count += 1)}`;
          open.add(url);
          return { url, expiresIn: 60_000, close: () => void open.delete(url) };
        }),
      };
    }

    it('B502 a new address replaces the old one before it expires, and the old one is freed', async () => {
      const { flow, open } = expiring();
      const { result, unmount } = renderHook(() => useFileUrl({ id: 'a', body: '' }, flow));
      await act(() => vi.advanceTimersByTimeAsync(59_999));
      expect(result.current).toBe('https://files.example/1?signature=1');
      await act(() => vi.advanceTimersByTimeAsync(1));
      expect(result.current).toBe('https://files.example/1?signature=2');
      expect(open()).toEqual(['https://files.example/1?signature=2']);
      unmount();
      expect([open(), vi.getTimerCount()]).toEqual([[], 0]);
    });

    it('B502 an old address stays while no new one can be resolved', async () => {
      const { flow, refuse } = expiring();
      const { result } = renderHook(() => useFileUrl({ id: 'a', body: '' }, flow));
      await act(() => vi.advanceTimersByTimeAsync(1_000));
      refuse(true);
      await act(() => vi.advanceTimersByTimeAsync(120_000));
      expect(result.current).toBe('https://files.example/1?signature=1');
      refuse(false);
      await act(() => vi.advanceTimersByTimeAsync(10_000));
      expect(result.current).toBe('https://files.example/1?signature=2');
    });
  });

  it('B461 StrictMode opens one address; it stays the same when the upload ends, and is freed on unmount', async () => {
    const { flow, uploader, id } = await startUpload();
    const { result, unmount } = renderHook(() => useFileUrl(useMessage(id, flow)!, flow), { wrapper: StrictMode });
    expect(result.current).toBeUndefined();
    await vi.waitFor(() => expect(result.current).toBe('blob:1'));
    await act(async () => uploader.uploads[0]!.accept());
    await vi.waitFor(() => expect(flow.messages.get(id)?.uploadPending).toBeUndefined());
    expect(result.current).toBe('blob:1');
    expect([...openAddresses]).toEqual(['blob:1']);
    unmount();
    expect(openAddresses.size).toBe(0);
    flow.terminate();
  });

  it('B461 an address that is resolved after the component has unmounted is freed at once', async () => {
    const { flow, id } = await startUpload();
    const { unmount } = renderHook(() => useFileUrl(flow.messages.get(id)!, flow));
    unmount();
    await vi.waitFor(() => expect(opened).toBe(1));
    await vi.waitFor(() => expect(openAddresses.size).toBe(0));
    flow.terminate();
  });

  it('B461 another message has another address, and the first one is freed', async () => {
    const { flow, uploader, id } = await startUpload();
    const { id: second } = flow.sendFile(file());
    await vi.waitFor(() => expect(uploader.uploads).toHaveLength(2));
    const { result, rerender, unmount } = renderHook((shown: string) => useFileUrl(flow.messages.get(shown)!, flow), {
      initialProps: id,
    });
    await vi.waitFor(() => expect(result.current).toBe('blob:1'));
    rerender(second);
    expect(result.current).toBeUndefined();
    await vi.waitFor(() => expect(result.current).toBe('blob:2'));
    expect([...openAddresses]).toEqual(['blob:2']);
    unmount();
    flow.terminate();
  });

  it('B461 an address that could not be resolved is requested again when the message changes or the connection returns', async () => {
    const { flow, id } = await startUpload();
    const open = vi
      .fn<FlowFiles['open']>()
      .mockRejectedValueOnce(new Error('offline'))
      .mockResolvedValueOnce(undefined);
    open.mockResolvedValue({ url: 'https://files.example/1', close: () => {} });
    const flaky = withOpen(flow, open);
    const record = flow.messages.get(id)!;
    const { result, rerender } = renderHook((body: string) => useFileUrl({ ...record, body }, flaky), {
      initialProps: 'a',
    });
    await act(async () => {});
    expect([open.mock.calls.length, result.current]).toEqual([1, undefined]);
    rerender('b');
    await act(async () => {});
    expect([open.mock.calls.length, result.current]).toEqual([2, undefined]);
    rerender('c');
    await vi.waitFor(() => expect(result.current).toBe('https://files.example/1'));
    rerender('d');
    await act(async () => {});
    expect(open).toHaveBeenCalledTimes(3);
    flow.terminate();
  });

  it('B461 a flow without files resolves no address', () => {
    const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo' });
    expect(renderHook(() => useFileUrl({ id: 'a', body: '' }, flow)).result.current).toBeUndefined();
  });
});

describe('a flow that React owns', () => {
  it('B462 a component can send a file in its first effect', async () => {
    const transport = createFakeTransport();
    const files = createFiles();
    function Greeting(): null {
      const flow = useFlow();
      useEffect(() => void flow.sendFile(file()), [flow]);
      return null;
    }
    const { unmount } = render(
      <FlowProvider transport={transport} remote="bo" files={files}>
        <Greeting />
      </FlowProvider>,
    );
    const { result } = renderHook(() => useInstantMessagingFlow({ transport, remote: 'bo' }));
    await vi.waitFor(() => expect(result.current.messages).toHaveLength(1));
    act(() => void result.current.sendFile(file()));
    await vi.waitFor(() => expect(result.current.messages).toHaveLength(2));
    unmount();
  });
});
