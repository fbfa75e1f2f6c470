import type {
  Channel,
  ChannelEvent,
  OutgoingMessage,
  OutgoingNotification,
  Transport,
  TransportCapabilities,
  TransportStatus,
} from '../../ports/transport.ts';
import { TransportFailure } from '../../ports/transport.ts';
import { createConnectionStatus } from '../connectionStatus.ts';
import type { DownFrame, ServerAnswer, UpFrame } from './frames.ts';
import type { LinkDirection } from './linkFaults.ts';

/** One device of the loopback network: a transport and its link. */
export interface Device {
  readonly address: string;
  readonly capabilities: TransportCapabilities;
  readonly transport: Transport;
  /** The two directions of its link. */
  readonly up: LinkDirection;
  readonly down: LinkDirection;
  readonly remotes: Iterable<string>;
  hasChannel(remote: string): boolean;
  /** Whether the server reaches it. Set by the network. */
  linked: boolean;
  setStatus(status: TransportStatus): void;
  /** Receives a frame. Returns false if no channel is open for it. */
  take(frame: DownFrame): boolean;
  /** Fails all requests that await a response. */
  failPending(reason: string): void;
}

/** The interface of the network to a device. */
export interface DeviceNetwork {
  signOn(device: Device): void;
  signOff(device: Device): void;
  /** Sends a frame to the server. */
  send(device: Device, frame: UpFrame): void;
  channelOpened(device: Device, remote: string): void;
}

interface OpenChannel {
  readonly receive: (event: ChannelEvent) => void;
}

type Taken = ServerAnswer & { readonly taken: true };

interface Pending {
  readonly channel: OpenChannel;
  readonly resolve: (answer: Taken) => void;
  readonly reject: (failure: TransportFailure) => void;
}

export function createDevice(address: string, capabilities: TransportCapabilities, network: DeviceNetwork): Device {
  const status = createConnectionStatus();
  const channels = new Map<string, Set<OpenChannel>>();
  const pending = new Map<number, Pending>();
  let signedOn = false;
  let requests = 0;

  function reject(matches: (waiting: Pending) => boolean, reason: string): void {
    for (const [request, waiting] of Array.from(pending)) {
      if (!matches(waiting)) continue;
      pending.delete(request);
      waiting.reject(unavailable(reason));
    }
  }

  /** Sends a frame that waits for a response. */
  function ask(channel: OpenChannel, frame: (request: number) => UpFrame): Promise<Taken> {
    return new Promise((resolve, rejectWith) => {
      requests += 1;
      pending.set(requests, { channel, resolve, reject: rejectWith });
      network.send(device, frame(requests));
    });
  }

  function openChannel(remote: string, receive: (event: ChannelEvent) => void): Channel {
    const channel: OpenChannel = { receive };
    const siblings = channels.get(remote) ?? new Set();
    channels.set(remote, siblings.add(channel));
    if (device.linked) network.channelOpened(device, remote);

    const problem = (): string | undefined => {
      if (!siblings.has(channel)) return 'The channel is closed.';
      return device.linked ? undefined : 'The link is down.';
    };
    return {
      async send(message: OutgoingMessage) {
        const trouble = problem();
        if (trouble !== undefined) throw unavailable(trouble);
        const copy = structuredClone(message);
        return (await ask(channel, (request) => ({ kind: 'message', to: remote, request, message: copy }))).answer;
      },
      async sendOperation(operation) {
        const trouble = problem();
        if (trouble !== undefined) throw unavailable(trouble);
        if (capabilities.operations === undefined) throw refusal(501, false);
        const copy = structuredClone(operation);
        return (await ask(channel, (request) => ({ kind: 'operation', to: remote, request, operation: copy }))).answer;
      },
      async sendComposing(notification) {
        const trouble = problem();
        if (trouble !== undefined) throw unavailable(trouble);
        network.send(device, { kind: 'composing', to: remote, notification: structuredClone(notification) });
      },
      async sendNotification(notification: OutgoingNotification) {
        const trouble = problem();
        if (trouble !== undefined) throw unavailable(trouble);
        const copy = structuredClone(notification);
        await ask(channel, (request) => ({ kind: 'notification', to: remote, request, notification: copy }));
      },
      async loadHistory(wanted) {
        const trouble = problem();
        if (trouble !== undefined) throw unavailable(trouble);
        if (capabilities.history !== true) throw refusal(501, false);
        const page = structuredClone(wanted);
        const answer = await ask(channel, (request) => ({ kind: 'history', to: remote, request, page }));
        return answer.page ?? { messages: [], end: true };
      },
      acknowledge(messageId, outcome) {
        if (problem() === undefined) network.send(device, { kind: 'acknowledgement', to: remote, messageId, outcome });
      },
      close() {
        siblings.delete(channel);
        if (siblings.size === 0 && channels.get(remote) === siblings) channels.delete(remote);
        reject((waiting) => waiting.channel === channel, 'The channel was closed before the response arrived.');
      },
    };
  }

  const device: Device = {
    address,
    capabilities,
    up: { lastArrival: 0 },
    down: { lastArrival: 0 },
    get remotes() {
      return channels.keys();
    },
    hasChannel: (remote) => channels.has(remote),
    linked: false,
    setStatus: status.set,
    take(frame) {
      if (frame.kind === 'answer') {
        const waiting = pending.get(frame.request);
        pending.delete(frame.request);
        if (frame.answer.taken) waiting?.resolve(structuredClone(frame.answer));
        else waiting?.reject(refusal(frame.answer.code, frame.answer.retryable));
        return true;
      }
      const receivers = Array.from(channels.get(frame.peer) ?? []);
      for (const channel of receivers) channel.receive(structuredClone(frame.event));
      return receivers.length > 0;
    },
    failPending: (reason) => reject(() => true, reason),
    transport: {
      localAddress: address,
      capabilities,
      connect() {
        if (signedOn || status.get().state === 'closed') return;
        signedOn = true;
        network.signOn(device);
      },
      disconnect() {
        if (!signedOn) return;
        signedOn = false;
        if (status.get().state !== 'closed') network.signOff(device);
      },
      getStatus: status.get,
      subscribe: status.subscribe,
      openChannel,
    },
  };
  return device;
}

function unavailable(reason: string): TransportFailure {
  return new TransportFailure(503, reason, { retryable: true });
}

function refusal(code: number, retryable: boolean): TransportFailure {
  return new TransportFailure(code, `The message was refused with code ${code}.`, { retryable });
}
