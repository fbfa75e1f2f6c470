import type { ChannelEvent } from '../../ports/transport.ts';
import { type Confirmations, createConfirmations } from './confirmations.ts';

export interface OpenChannel {
  readonly receive: (event: ChannelEvent) => void;
}

/** What a tab knows of its conversation with one remote address. */
export interface Conversation {
  readonly remote: string;
  readonly channels: Set<OpenChannel>;
  readonly confirmations: Confirmations;
  /** `unknown` until the other side has answered, or has not. */
  readonly presence: () => 'unknown' | 'there' | 'away';
  /** Hands an event to all channels. */
  readonly emit: (event: ChannelEvent) => void;
  /** A tab of the other side spoke. */
  readonly heard: (endpoint: string) => void;
  /** A tab of the other side left. */
  readonly left: (endpoint: string) => void;
  /** Nobody answers. */
  readonly away: () => void;
  /** The other side was asked whether it is there; `stop` ends the wait for its answer. */
  readonly asked: (stop: () => void) => void;
  /** Nothing is known any more, and no answer is awaited. */
  readonly forget: () => void;
}

export function createConversation(remote: string): Conversation {
  const channels = new Set<OpenChannel>();
  const endpoints = new Set<string>();
  let presence: 'unknown' | 'there' | 'away' = 'unknown';
  let stopAsking: (() => void) | undefined;

  function settled(): void {
    stopAsking?.();
    stopAsking = undefined;
  }

  function emit(event: ChannelEvent): void {
    for (const channel of Array.from(channels)) channel.receive(event);
  }

  function become(next: 'there' | 'away'): void {
    settled();
    if (presence === next) return;
    presence = next;
    emit({ type: 'participant', address: remote, change: next === 'there' ? 'available' : 'unavailable' });
  }

  return {
    remote,
    channels,
    confirmations: createConfirmations(),
    presence: () => presence,
    emit,
    heard(endpoint) {
      endpoints.add(endpoint);
      become('there');
    },
    left(endpoint) {
      endpoints.delete(endpoint);
      if (endpoints.size === 0) become('away');
    },
    away() {
      endpoints.clear();
      become('away');
    },
    asked(stop) {
      settled();
      stopAsking = stop;
    },
    forget() {
      settled();
      endpoints.clear();
      presence = 'unknown';
    },
  };
}
