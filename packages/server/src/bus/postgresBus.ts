/** A bus over LISTEN and NOTIFY of PostgreSQL. */

import { FlowError } from '@imflow/core';
import { Client } from 'pg';
import type { Bus } from './bus.ts';

/** The longest payload of a NOTIFY, in bytes; PostgreSQL refuses 8 000. */
const MAX_PAYLOAD = 7_900;
/** The most payloads that wait for the connection; the oldest are dropped. */
const MAX_QUEUE = 1_000;
/** How long a statement may take before the connection counts as lost, in ms. */
const QUERY_TIMEOUT = 10_000;
const FIRST_RECONNECT_DELAY = 100;
const MAX_RECONNECT_DELAY = 5_000;

/** The database that connects the nodes. */
export interface PostgresBusOptions {
  /**
   * As `pg` takes it: `postgres://user:password@host/database`. Not through a pooler of transactions, which cannot
   * listen.
   */
  readonly connectionString: string;
  /** The channel: 1 to 63 letters, digits and underscores. Default `imflow`. */
  readonly channel?: string;
  /** Called with an error of the connection, which is made again. Default: nothing. */
  readonly onError?: (error: Error) => void;
}

/**
 * Connects nodes by LISTEN and NOTIFY, over one connection for each node. Messages that arrive during a statement share
 * the next one, so that a busy server does not delay the commits of the database.
 * @throws FlowError `invalid-argument` that names the option.
 */
export function createPostgresBus(options: PostgresBusOptions): Bus {
  const { connectionString, channel = 'imflow', onError } = options;
  if (typeof connectionString !== 'string' || connectionString === '') {
    throw new FlowError('invalid-argument', 'connectionString must be the address of a database.');
  }
  if (!/^\w{1,63}$/.test(channel)) {
    throw new FlowError('invalid-argument', `channel is "${channel}", but must be 1 to 63 letters, digits and _.`);
  }
  return {
    join(receive, subscribed) {
      let client: Client | undefined;
      let queue: string[] = [];
      let isSending = false;
      let hasLeft = false;
      let delay = FIRST_RECONNECT_DELAY;
      let timer: NodeJS.Timeout | undefined;

      function lose(lost: Client, error: Error | undefined): void {
        if (client !== lost) return;
        client = undefined;
        if (error !== undefined) onError?.(error);
        lost.end().catch(() => undefined);
        if (hasLeft) return;
        timer = setTimeout(() => void connect(), delay);
        delay = Math.min(delay * 2, MAX_RECONNECT_DELAY);
      }

      async function connect(): Promise<void> {
        const opened = new Client({ connectionString, keepAlive: true, query_timeout: QUERY_TIMEOUT });
        client = opened;
        opened.on('error', (error) => lose(opened, error));
        opened.on('end', () => lose(opened, undefined));
        opened.on('notification', ({ payload = '' }) => {
          for (const text of payload.split('\n')) receive(text);
        });
        try {
          await opened.connect();
          await opened.query(`listen "${channel}"`);
        } catch (error) {
          lose(opened, error as Error);
          return;
        }
        if (client !== opened) return;
        delay = FIRST_RECONNECT_DELAY;
        // The queued messages are outdated; each node reads the store again.
        queue = [];
        subscribed();
      }

      function take(): string[] {
        const payloads = joined(queue);
        queue = [];
        return payloads;
      }

      async function send(): Promise<void> {
        const sending = client;
        if (isSending || sending === undefined) return;
        isSending = true;
        try {
          for (let payloads = take(); payloads.length > 0; payloads = take()) {
            await sending.query({
              name: 'imflow-notify',
              text: 'select pg_notify($1, payload) from unnest($2::text[]) as t(payload)',
              values: [channel, payloads],
            });
          }
        } catch (error) {
          lose(sending, error as Error);
        } finally {
          isSending = false;
        }
      }

      void connect();
      return {
        publish(text) {
          if (client === undefined || hasLeft) return;
          queue.push(text);
          if (queue.length > MAX_QUEUE) queue.shift();
          void send();
        },
        async leave() {
          await send();
          hasLeft = true;
          clearTimeout(timer);
          const last = client;
          client = undefined;
          await last?.end().catch(() => undefined);
        },
      };
    },
  };
}

/** Joins texts with line breaks, which JSON texts do not contain. */
function joined(texts: readonly string[]): string[] {
  const payloads: string[] = [];
  for (const text of texts) {
    const longer = `${payloads.at(-1) ?? ''}\n${text}`;
    if (payloads.length > 0 && Buffer.byteLength(longer) <= MAX_PAYLOAD) payloads[payloads.length - 1] = longer;
    else if (Buffer.byteLength(text) <= MAX_PAYLOAD) payloads.push(text);
  }
  return payloads;
}
