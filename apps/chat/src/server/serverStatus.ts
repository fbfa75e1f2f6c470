/** The response of the page's server at `/chat-status`. */
export interface ServerStatus {
  readonly state: 'starting' | 'ready' | 'failed';
  /** The addresses of the pages for other devices in the local network. */
  readonly addresses: readonly string[];
}

/** Reads the response. Returns undefined if it is not that of such a server. */
export function readServerStatus(value: unknown): ServerStatus | undefined {
  const { state, addresses } = (typeof value === 'object' && value !== null ? value : {}) as Partial<ServerStatus>;
  if (state !== 'starting' && state !== 'ready' && state !== 'failed') return undefined;
  return { state, addresses: Array.isArray(addresses) ? addresses.filter((each) => URL.canParse(String(each))) : [] };
}
