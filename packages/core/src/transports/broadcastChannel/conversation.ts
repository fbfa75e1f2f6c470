import type { ChannelEvent, SendResult } from '../../ports/transport.ts';
import { TransportFailure } from '../../ports/transport.ts';
import type { Schedule } from '../schedule.ts';
import {
  initialPeer,
  type Peer,
  peerDeadline,
  type PeerEffect,
  type PeerEvent,
  type PeerSettings,
  reducePeer,
  type RejectReason,
} from './peer.ts';
import { createPendingAcks, type PendingAcks } from './pendingAcks.ts';
import type { FrameBody, TabContent } from './tabFrames.ts';

export interface OpenChannel {
  readonly receive: (event: ChannelEvent) => void;
}

/** The conversation of a tab with one remote address: its open channels and the {@link Peer} machine. */
export interface Conversation {
  readonly remote: string;
  readonly channels: Set<OpenChannel>;
  readonly pendingAcks: PendingAcks;
  readonly presence: () => Peer['presence'];
  /** Passes an event to all channels. */
  readonly emit: (event: ChannelEvent) => void;
  readonly dispatch: (event: PeerEvent) => void;
  /**
   * Posts a frame that a remote tab should confirm. Rejects with a retryable {@link TransportFailure}.
   * @param body returns the frame for the number of the request.
   */
  readonly request: (
    channel: OpenChannel,
    body: (request: number) => FrameBody,
    content?: TabContent,
  ) => Promise<SendResult>;
  /** Rejects the requests of a channel that was closed. */
  readonly cancel: (channel: OpenChannel) => void;
}

export interface ConversationOptions {
  readonly remote: string;
  readonly settings: PeerSettings;
  /** Gives each conversation the time at its deadline. */
  readonly deadlines: Schedule<Conversation>;
  /** Numbers are unique among all conversations of a tab, since confirmations contain only the number. */
  readonly nextNumber: () => number;
  /** Returns false where nothing can be posted. */
  readonly post: (body: FrameBody) => boolean;
  /** A remote tab has the message or the operation. */
  readonly confirmed: (content: TabContent) => void;
}

interface Pending {
  readonly channel: OpenChannel;
  readonly body: (request: number) => FrameBody;
  readonly content: TabContent | undefined;
  readonly resolve: (answer: SendResult) => void;
  readonly reject: (failure: TransportFailure) => void;
}

export function createConversation(options: ConversationOptions): Conversation {
  const { remote, settings, deadlines, nextNumber, post } = options;
  const channels = new Set<OpenChannel>();
  const pending = new Map<number, Pending>();
  const queue: PeerEvent[] = [];
  let peer = initialPeer;
  let isDraining = false;

  const conversation: Conversation = {
    remote,
    channels,
    pendingAcks: createPendingAcks(),
    presence: () => peer.presence,
    emit,
    dispatch,
    request: (channel, body, content) =>
      new Promise((resolve, reject) => {
        const number = nextNumber();
        pending.set(number, { channel, body, content, resolve, reject });
        dispatch({ type: 'requested', number });
      }),
    cancel(channel) {
      for (const [number, request] of Array.from(pending)) {
        if (request.channel !== channel) continue;
        take(number)?.reject(retryableFailure(503, 'The channel was closed before the response arrived.'));
        dispatch({ type: 'cancelled', number });
      }
    },
  };

  function emit(event: ChannelEvent): void {
    for (const channel of Array.from(channels)) channel.receive(event);
  }

  /** Calls that a listener makes in the meantime wait for their turn. */
  function dispatch(event: PeerEvent): void {
    queue.push(event);
    if (isDraining) return;
    isDraining = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const step = reducePeer(peer, next, deadlines.now(), settings);
        peer = step.state;
        for (const effect of step.effects) execute(effect);
      }
    } finally {
      isDraining = false;
      setDeadline();
    }
  }

  function setDeadline(): void {
    deadlines.remove((other) => other === conversation);
    const deadline = peerDeadline(peer);
    if (deadline < Infinity) deadlines.add(conversation, deadline);
  }

  function execute(effect: PeerEffect): void {
    switch (effect.type) {
      case 'hello':
        post({ kind: 'hello' });
        return;
      case 'post':
        postRequest(effect.number);
        return;
      case 'accept': {
        const request = take(effect.number);
        request?.resolve({ outcome: 'accepted' });
        if (request?.content !== undefined) options.confirmed(request.content);
        return;
      }
      case 'reject':
        take(effect.number)?.reject(failureOf(effect.reason));
        return;
      case 'presence':
        emit({
          type: 'participant',
          address: remote,
          change: effect.presence === 'there' ? 'available' : 'unavailable',
        });
    }
  }

  function postRequest(number: number): void {
    const request = pending.get(number);
    if (request === undefined || post(request.body(number))) return;
    take(number)?.reject(retryableFailure(503, 'The BroadcastChannel refused the frame.'));
    dispatch({ type: 'cancelled', number });
  }

  function take(number: number): Pending | undefined {
    const request = pending.get(number);
    pending.delete(number);
    return request;
  }

  return conversation;
}

const FAILURES: Readonly<Record<RejectReason, readonly [code: number, reason: string]>> = {
  inactive: [503, 'The transport is not connected.'],
  away: [480, 'The participant is not online.'],
  left: [480, 'The participant left.'],
  notConfirmed: [408, 'No tab of the participant confirmed the frame in time.'],
  notStored: [408, 'A tab of the participant received the frame, but did not store it in time.'],
  stopped: [503, 'The transport was disconnected before the response arrived.'],
};

function failureOf(reason: RejectReason): TransportFailure {
  return retryableFailure(...FAILURES[reason]);
}

export function retryableFailure(code: number, reason: string): TransportFailure {
  return new TransportFailure(code, reason, { retryable: true });
}
