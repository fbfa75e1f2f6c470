'use client';

/** Hooks for the files of messages. */

import type { FlowFiles, InstantMessagingFlow, MessageRecord, OpenedFile } from '@imflow/core';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useFlow } from './useFlow.ts';
import { useFlowState } from './useFlowState.ts';

const UNKNOWN = (): undefined => undefined;
const NEVER = (): (() => void) => UNKNOWN;

/**
 * How much of the file of a message is uploaded, 0 to 1; undefined while it is not being uploaded. Re-renders only when
 * that changes.
 *
 * @param given the conversation. Default: that of the nearest `FlowProvider`.
 */
export function useUploadProgress(id: string, given?: InstantMessagingFlow): number | undefined {
  const { files } = useFlow(given);
  const subscribe = useCallback(
    (listener: () => void) => files?.subscribeToProgress(id, listener) ?? UNKNOWN,
    [files, id],
  );
  return useSyncExternalStore(subscribe, () => files?.progressOf(id), UNKNOWN);
}

/**
 * The address of the file of a message, for `src` and `href`; undefined until it is known, and where there is none. It
 * stays the same while the component is mounted, also when the file has been uploaded, and is freed afterwards. An
 * address that could not be found out is asked for again when the message changes, and with each new connection.
 *
 * @param given the conversation. Default: that of the nearest `FlowProvider`.
 */
export function useFileUrl(
  { id, body }: Pick<MessageRecord, 'id' | 'body'>,
  given?: InstantMessagingFlow,
): string | undefined {
  const flow = useFlow(given);
  const { files } = flow;
  const address = useMemo(() => files && createFileAddress(files, id), [files, id]);
  const connection = useFlowState((snapshot) => snapshot.connection, flow);
  const url = useSyncExternalStore(address?.subscribe ?? NEVER, address?.get ?? UNKNOWN, UNKNOWN);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- with each of them, an address may be found out
  useEffect(() => void address?.open(), [address, body, connection]);
  return url;
}

/** The address of a file as an external store: open while anything subscribes. */
interface FileAddress {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => string | undefined;
  /** Opens the file, unless it is open. Never rejects. */
  readonly open: () => Promise<void>;
}

function createFileAddress(files: FlowFiles, id: string): FileAddress {
  const listeners = new Set<() => void>();
  let file: OpenedFile | undefined;
  let isOpening = false;

  async function open(): Promise<void> {
    if (file || isOpening) return;
    isOpening = true;
    const opened = await files.open(id).catch(UNKNOWN);
    isOpening = false;
    // Effects may run twice, and the second subscriber has what the first one asked for.
    if (listeners.size === 0) return opened?.close();
    file = opened;
    for (const listener of listeners) listener();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      void open();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        file?.close();
        file = undefined;
      };
    },
    get: () => file?.url,
    open,
  };
}
