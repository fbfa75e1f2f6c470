import type { Channel, Transport } from '@imflow/core';
import type { BenchMessage, Stage } from '../shared/messages.ts';

/** The participant, at the other end of the transport: sends only what the scenario requests. */
export interface Participant {
  say(messages: readonly BenchMessage[], contentType?: string): void;
  report(ids: readonly string[], outcome: Exclude<Stage, 'sent'>): void;
  compose(composing: boolean): void;
}

export function createParticipant(transport: Transport): Participant {
  let sequence = 0;
  const frameSequence = (): { session: string; sequence: number } => ({ session: 'bench', sequence: (sequence += 1) });
  transport.connect();
  const channel: Channel = transport.openChannel('ana', (event) => {
    if (event.type === 'message') channel.acknowledge?.(event.message.messageId);
    if (event.type === 'notification') channel.acknowledge?.(event.messageId, event.outcome);
  });
  return {
    say(messages, contentType = 'text/plain') {
      for (const { id, body, at } of messages) {
        void channel.send({ messageId: id, contentType, body, sentAt: at, attempt: 1, frameSequence: frameSequence() });
      }
    },
    report(ids, outcome) {
      for (const messageId of ids) void channel.sendNotification({ messageId, outcome });
    },
    compose(composing) {
      void channel.sendComposing({ state: composing ? 'composing' : 'idle', frameSequence: frameSequence() });
    },
  };
}
