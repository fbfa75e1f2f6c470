import type { ChannelEvent, OutgoingNotification } from '@imflow/core';
import type { Inbound } from './streamManagement.ts';

type Outcome = OutgoingNotification['outcome'] | undefined;

/** Which stanzas wait until the engine has made all that they say safe. */
export interface Safekeeping {
  /** Remembers what a stanza says. Returns false where it says nothing that must be kept. */
  await(remote: string, events: readonly ChannelEvent[], inbound: Inbound, position: string | undefined): boolean;
  /** The engine has it. Returns the stanzas that are safe with this, and the last archive position among them. */
  acknowledge(
    remote: string,
    messageId: string,
    outcome: Outcome,
  ): { inbound: Inbound[]; position: string | undefined };
  forget(): void;
}

interface Waiting {
  readonly inbound: Inbound;
  readonly position: string | undefined;
  left: number;
}

export function createSafekeeping(): Safekeeping {
  const byKey = new Map<string, Waiting[]>();
  return {
    await(remote, events, inbound, position) {
      const keys = events.flatMap((event) => {
        if (event.type === 'message') return [keyOf(remote, event.message.messageId, undefined)];
        return event.type === 'notification' ? [keyOf(remote, event.messageId, event.outcome)] : [];
      });
      const waiting: Waiting = { inbound, position, left: keys.length };
      for (const key of keys) byKey.set(key, [...(byKey.get(key) ?? []), waiting]);
      return keys.length > 0;
    },
    acknowledge(remote, messageId, outcome) {
      const key = keyOf(remote, messageId, outcome);
      const safe: Inbound[] = [];
      let position: string | undefined;
      for (const waiting of byKey.get(key) ?? []) {
        waiting.left -= 1;
        if (waiting.left > 0) continue;
        safe.push(waiting.inbound);
        position = waiting.position ?? position;
      }
      byKey.delete(key);
      return { inbound: safe, position };
    },
    forget: () => byKey.clear(),
  };
}

function keyOf(remote: string, messageId: string, outcome: Outcome): string {
  return JSON.stringify([remote, messageId, outcome]);
}
