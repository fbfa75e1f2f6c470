'use client';

/** Hooks for the files of messages. */

import type { FlowFiles, InstantMessagingFlow, MessageRecord, OpenedFile } from '@imflow/core';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useFlow } from './useFlow.ts';
import { useFlowState } from './useFlowState.ts';

/** The shortest time before a new address is requested, in ms. */
const MIN_LIFETIME = 1_000;
/** The time after which a request that gave no address is repeated, in ms. */
const RETRY_AFTER = 10_000;
/** The longest time of a timer, in ms. */
const MAX_TIMEOUT = 2 ** 31 - 1;
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
 * address that expires is replaced by a new one before it does. An address that could not be resolved is requested again
 * when the message changes, and with each new connection.
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
  /** Opens the file, unless it is open and does not expire soon. Never rejects. */
  readonly open: () => Promise<void>;
}

function createFileAddress(files: FlowFiles, id: string): FileAddress {
  const listeners = new Set<() => void>();
  let file: OpenedFile | undefined;
  let isOpening = false;
  let expiresSoon = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function open(): Promise<void> {
    if ((file && !expiresSoon) || isOpening) return;
    isOpening = true;
    const opened = await files.open(id).catch(UNKNOWN);
    isOpening = false;
    // StrictMode runs effects twice. The second subscriber uses the request of the first one.
    if (listeners.size === 0) return opened?.close();
    if (!opened) {
      // The old address may still work, so it is kept until there is a new one.
      if (file) replaceIn(RETRY_AFTER);
      return;
    }
    close();
    file = opened;
    if (opened.expiresIn !== undefined) replaceIn(opened.expiresIn);
    for (const listener of listeners) listener();
  }

  function replaceIn(delay: number): void {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        expiresSoon = true;
        void open();
      },
      Math.min(Math.max(delay, MIN_LIFETIME), MAX_TIMEOUT),
    );
  }

  function close(): void {
    clearTimeout(timer);
    expiresSoon = false;
    file?.close();
    file = undefined;
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      void open();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) close();
      };
    },
    get: () => file?.url,
    open,
  };
}
