/** A bus over NATS. */

import { FlowError } from '@imflow/core';
import { connect as connectNats, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';

/** The delay before a node reconnects to NATS, in ms. */
const RECONNECT_DELAY = 500;

/** The NATS server that connects the nodes. */
export interface NatsBusOptions {
  /** As `connect` of `@nats-io/transport-node` takes them; `servers` is needed. */
  readonly connection: NodeConnectionOptions;
  /** The subject: letters, digits, `_`, `-` and dots. Default `imflow`. */
  readonly subject?: string;
  /** Called with an error of the connection, which is made again. Default: nothing. */
  readonly onError?: (error: Error) => void;
}

/**
 * Connects nodes by NATS, without JetStream: a node reads missed messages from the store. For deployments that outgrow
 * LISTEN and NOTIFY of PostgreSQL. Needs the package `@nats-io/transport-node`.
 * @throws FlowError `invalid-argument` that names the option.
 */
export function createNatsBus({ connection, subject = 'imflow', onError }: NatsBusOptions): Bus {
  if (connection?.servers === undefined) {
    throw new FlowError('invalid-argument', 'connection.servers must be the address of a NATS server.');
  }
  if (!/^[\w-]+(?:\.[\w-]+)*$/.test(subject)) {
    throw new FlowError('invalid-argument', `subject is "${subject}", but must be names with dots between them.`);
  }
  return {
    join(receive, subscribed) {
      let client: NatsConnection | undefined;
      let hasLeft = false;

      async function connectOnce(): Promise<NatsConnection | undefined> {
        try {
          return await connectNats({ reconnectTimeWait: RECONNECT_DELAY, ...connection, maxReconnectAttempts: -1 });
        } catch (error) {
          onError?.(error as Error);
          await pause(RECONNECT_DELAY);
          return hasLeft ? undefined : connectOnce();
        }
      }

      async function listen(): Promise<void> {
        const opened = await connectOnce();
        if (opened === undefined) return;
        if (hasLeft) {
          await opened.close();
          return;
        }
        client = opened;
        opened.subscribe(subject, {
          callback: (error, message) => (error === null ? receive(message.string()) : onError?.(error)),
        });
        await opened.flush();
        subscribed();
        for await (const status of opened.status()) {
          if (status.type === 'reconnect') subscribed();
          if (status.type === 'error') onError?.(status.error);
        }
      }

      listen().catch((error: unknown) => onError?.(error as Error));
      return {
        publish(text) {
          try {
            client?.publish(subject, text);
          } catch (error) {
            onError?.(error as Error);
          }
        },
        async leave() {
          hasLeft = true;
          // Published messages are sent first, unless there is no connection.
          await Promise.race([client?.flush(), pause(RECONNECT_DELAY)]).catch(() => undefined);
          await client?.close().catch(() => undefined);
        },
      };
    },
  };
}

function pause(duration: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, duration);
  });
}
