/** Asks the server of the page whether it has started. */

import { useEffect, useState } from 'react';
import { readServerStatus, type ServerStatus } from './serverStatus.ts';

/** The interval of the requests while the server is starting, in ms. */
const INTERVAL = 1_000;
const UNKNOWN: ServerStatus = { state: 'ready', addresses: [] };

/** Whether the server of the page has started. If no server answers, the sign-in reports the problem. */
export function useServerStatus(): ServerStatus {
  const [status, setStatus] = useState(UNKNOWN);

  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;

    async function ask(): Promise<void> {
      const next = await fetchStatus(stop.signal);
      if (stop.signal.aborted) return;
      setStatus(next);
      if (next.state === 'starting') timer = setTimeout(() => void ask(), INTERVAL);
    }

    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, []);

  return status;
}

async function fetchStatus(signal: AbortSignal): Promise<ServerStatus> {
  try {
    const response = await fetch('/chat-status', { signal });
    return readServerStatus(await response.json()) ?? UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}
