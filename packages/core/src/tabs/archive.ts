/** Reads the server's history for every tab of the user: a follower asks the leader, which holds the channel. */

import type { ChannelAdapter } from '../engine/channelAdapter.ts';
import { type HistoryMatches, type HistoryPage, TransportFailure } from '../ports/transport.ts';
import { isNonEmptyString, isObject, tryRead } from '../validation/guards.ts';
import { parseHistoryMatches, parseHistoryPage, parseTabMessage } from '../validation/transportValues.ts';
import { type ArchiveRead, TAB_MESSAGE_VERSION, type TabPost } from './protocol.ts';

/** The maximum number of messages in a page for another tab. */
const MAX_PAGE_SIZE = 1_000;

/** Reads the server's history. Rejects with the failure of the transport, or with 503 if no tab could read it. */
export interface Archive extends Pick<ChannelAdapter, 'loadHistory' | 'searchHistory'> {
  /** Handles a post of another tab; returns false if the post has a different purpose, or is for the engine too. */
  receive(post: unknown): boolean;
  /** This tab leads from now on: it reads what it requested from the last leader. */
  lead(): void;
  /** This tab ends: its pending requests receive no response. */
  giveUp(): void;
}

export interface ArchiveOptions {
  /** Names the requests of this tab among those of all tabs. */
  readonly session: string;
  readonly channel: Pick<ChannelAdapter, 'loadHistory' | 'searchHistory'>;
  readonly isFollower: () => boolean;
  readonly post: (post: TabPost) => void;
}

/** The posts that an archive handles. */
const KINDS: ReadonlySet<unknown> = new Set<TabPost['kind']>(['elected', 'readArchive', 'archiveRead']);

interface PendingRead {
  readonly read: ArchiveRead;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: TransportFailure) => void;
}

export function createArchive({ session, channel, isFollower, post }: ArchiveOptions): Archive {
  /** The pending requests to the leader, by id. */
  const pending = new Map<string, PendingRead>();
  let count = 0;

  function askLeader(read: ArchiveRead): Promise<unknown> {
    count += 1;
    const request = `${session} ${count}`;
    return new Promise((resolve, reject) => {
      pending.set(request, { read, resolve, reject });
      post({ kind: 'readArchive', request, read });
    });
  }

  function readChannel(read: ArchiveRead): Promise<HistoryPage | HistoryMatches> {
    return read.type === 'page' ? channel.loadHistory(read.request) : channel.searchHistory(read.request);
  }

  async function answer(request: string, read: ArchiveRead): Promise<void> {
    try {
      const result = await readChannel(read);
      post({ kind: 'archiveRead', request, result });
    } catch {
      // The leader reports the cause only where it reads for itself: the cause may have objects that cannot be posted.
      post({ kind: 'archiveRead', request });
    }
  }

  function settle(request: string, result: unknown): void {
    const asked = pending.get(request);
    pending.delete(request);
    if (result === undefined) asked?.reject(unavailable('The leader tab could not read the history.'));
    else asked?.resolve(result);
  }

  function takePending(): PendingRead[] {
    const asked = Array.from(pending.values());
    pending.clear();
    return asked;
  }

  return {
    async loadHistory(request) {
      if (!isFollower()) return channel.loadHistory(request);
      return parseHistoryPage(await askLeader({ type: 'page', request }));
    },
    async searchHistory(request) {
      if (!isFollower()) return channel.searchHistory(request);
      return parseHistoryMatches(await askLeader({ type: 'matches', request }));
    },
    receive(posted) {
      // The posts of the leader are large, and are copied only once.
      if (!KINDS.has(tryRead(() => (isObject(posted) ? posted['kind'] : undefined), undefined))) return false;
      const fields = parseTabMessage(posted);
      if (fields?.['version'] !== TAB_MESSAGE_VERSION) return false;
      const { kind, request } = fields;
      if (kind === 'elected') {
        for (const [id, { read }] of pending) post({ kind: 'readArchive', request: id, read });
        return false;
      }
      if ((kind !== 'readArchive' && kind !== 'archiveRead') || !isNonEmptyString(request)) return false;
      const read = kind === 'readArchive' ? parseArchiveRead(fields['read']) : undefined;
      if (kind === 'archiveRead') settle(request, fields['result']);
      else if (read !== undefined && !isFollower()) void answer(request, read);
      return true;
    },
    lead() {
      for (const { read, resolve, reject } of takePending()) readChannel(read).then(resolve, reject);
    },
    giveUp() {
      for (const { reject } of takePending()) reject(unavailable('The tab that led is gone.'));
    },
  };
}

function unavailable(message: string): TransportFailure {
  return new TransportFailure(503, message, { retryable: true });
}

/** Parses the request of a different tab; undefined if it is invalid. */
function parseArchiveRead(value: unknown): ArchiveRead | undefined {
  const { type, request } = isObject(value) ? value : {};
  const { before, limit, text } = isObject(request) ? request : {};
  const from = isNonEmptyString(before) ? { before } : {};
  if (type === 'page' && Number.isInteger(limit) && Number(limit) > 0) {
    return { type, request: { ...from, limit: Math.min(Number(limit), MAX_PAGE_SIZE) } };
  }
  return type === 'matches' && isNonEmptyString(text) ? { type, request: { ...from, text } } : undefined;
}
