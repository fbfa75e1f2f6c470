import type { ChannelEvent, OutgoingNotification, SendResult } from '../../ports/transport.ts';
import { createAccounts } from './accounts.ts';
import { type Archive, createArchive } from './archive.ts';
import type { Device } from './device.ts';
import type { DownFrame, EventFrame, ServerAnswer, UpFrame } from './frames.ts';
import { type Requester, createDeferredResponses } from './deferredResponses.ts';
import { isKept } from './offlineQueue.ts';
import { createUnackedFrames } from './unackedFrames.ts';

/**
 * The server of the loopback network: responds to senders, forwards frames, and stores frames for users who are away.
 */
export interface Server {
  readonly attach: (device: Device) => void;
  readonly detach: (device: Device) => void;
  /** The link of an attached device is up. */
  readonly online: (device: Device) => void;
  /** The link is down. @param undelivered the frames in transit to the device. */
  readonly offline: (device: Device, undelivered: readonly DownFrame[]) => void;
  /** A frame came from a device. @param copy the network made it of another frame. */
  readonly receive: (device: Device, frame: UpFrame, copy: boolean) => void;
  /** A frame reached a device that has no channel open for it. */
  readonly unhandled: (device: Device, frame: DownFrame) => void;
  readonly channelOpened: (device: Device, remote: string) => void;
  readonly devices: (address: string) => readonly Device[];
  /** Removes an address permanently: messages to it are refused with 404. */
  readonly close: (address: string) => void;
  readonly isClosed: (address: string) => boolean;
  /** Archives all messages from now on, for `loadHistory`. */
  readonly keepArchive: () => void;
}

export interface ServerLink {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Sends a frame to a device that is online. */
  send(device: Device, frame: DownFrame): void;
  observe(to: string, frame: DownFrame, outcome: 'kept' | 'dropped'): void;
}

type UpContent = UpFrame & { readonly kind: 'message' | 'operation' };
/** A frame that is forwarded to the recipient, and whose sender receives a response. */
type Content = ChannelEvent & { readonly type: 'message' | 'operation' };
type UpNotification = UpFrame & { readonly kind: 'notification' };

/** The number of responses that the server remembers, to recognise a message that is sent again. */
const REMEMBERED_ANSWERS = 10_000;

/** The SIP response codes of retryable failures; all others are final. */
const RETRYABLE_CODES: ReadonlySet<number> = new Set([480, 503]);

export function createServer(link: ServerLink): Server {
  const accounts = createAccounts();
  const unackedFrames = createUnackedFrames();
  let archive: Archive | undefined;
  /** By message, oldest first. */
  const answers = new Map<string, SendResult>();
  // One iterator for all: a new one would step over the deleted entries each time.
  const oldest = answers.keys();
  const held = createDeferredResponses((key, asker, given) => {
    if (given.taken) remember(key, given.answer);
    answer(asker, given);
  });

  function remember(key: string, given: SendResult): void {
    answers.set(key, given);
    if (answers.size <= REMEMBERED_ANSWERS) return;
    const { done, value } = oldest.next();
    if (done !== true) answers.delete(value);
  }

  /** Keeps a frame for a device that cannot take it now. */
  function keep(device: Device, frame: DownFrame): void {
    if (frame.kind === 'answer' || !isKept(frame)) {
      link.observe(device.address, frame, 'dropped');
      return;
    }
    accounts.keep(device, frame);
    link.observe(device.address, frame, 'kept');
    // A message that the server stores is accepted, whatever its recipient reports later.
    if (frame.event.type !== 'message' || frame.event.message.responsePending !== true) return;
    const key = messageKey(frame.peer, device.address, frame.event.message.messageId);
    held.settle(key, { taken: true, answer: { outcome: 'accepted' } });
  }

  /** Sends an event to a device, now or later. */
  function pass(device: Device, peer: string, event: ChannelEvent): void {
    const frame: EventFrame = { kind: 'event', peer, event };
    if (device.linked) deliver(device, frame);
    else keep(device, frame);
  }

  function deliver(device: Device, frame: EventFrame): void {
    unackedFrames.add(device, frame);
    link.send(device, frame);
  }

  /** Unacknowledged frames are delivered again when the device reconnects, before newer ones. */
  function takeBack(device: Device, undelivered: readonly DownFrame[]): void {
    const messages = unackedFrames.take(device);
    const others = undelivered.filter((frame) => frame.kind === 'answer' || !messages.includes(frame));
    for (const frame of [...messages, ...others]) keep(device, frame);
  }

  /** Stores an event for the first device of an address that has none yet. */
  function store(address: string, peer: string, event: ChannelEvent): void {
    const frame: EventFrame = { kind: 'event', peer, event };
    const kept = isKept(frame) && !accounts.isClosed(address);
    if (kept) accounts.keep(address, frame);
    link.observe(address, frame, kept ? 'kept' : 'dropped');
  }

  /** Sends an event to all devices of an address, now or later. */
  function spread(address: string, peer: string, event: ChannelEvent): void {
    const devices = accounts.devices(address);
    for (const device of devices) pass(device, peer, event);
    if (devices.length === 0) store(address, peer, event);
  }

  function tellPresence(address: string, change: 'available' | 'unavailable'): void {
    const event: ChannelEvent = { type: 'participant', address, change };
    for (const device of accounts.watchers(address)) link.send(device, { kind: 'event', peer: address, event });
  }

  /** Sends a device the current state of a conversation. */
  function catchUp(device: Device, remotes: readonly string[]): void {
    for (const remote of remotes) {
      if (remote === device.address) continue;
      const change = accounts.isOnline(remote) ? 'available' : 'unavailable';
      link.send(device, {
        kind: 'event',
        peer: remote,
        event: { type: 'participant', address: remote, change },
      });
    }
    for (const frame of accounts.takeKept(device, (peer) => remotes.includes(peer))) deliver(device, frame);
  }

  /** Accepts a message, or an operation on one. */
  function receiveContent(device: Device, { to: peer, request }: UpContent, content: Content, copy: boolean): void {
    const messageId = idOf(content);
    const asker: Requester = { device, request, peer, messageId };
    if (accounts.isClosed(peer)) {
      answer(asker, { taken: false, code: 404, retryable: false });
      return;
    }
    const key = messageKey(device.address, peer, messageId);
    const known = answers.get(key);
    const isHeld = held.redirect(key, asker);
    if (known !== undefined) answer(asker, { taken: true, answer: known });
    // A resend of a known message is not forwarded; a duplicate made by the network is, as on real networks.
    if ((known !== undefined || isHeld) && !copy) return;

    const isOwn = peer === device.address;
    const recipients = isOwn ? [] : accounts.devices(peer);
    const holders = recipients.filter(
      (recipient) =>
        recipient.linked && content.type === 'message' && recipient.capabilities.deferredResponses === true,
    );
    const isNew = known === undefined && !isHeld;
    if (isNew && holders.length > 0) {
      held.hold(key, asker, holders);
    } else if (isNew) {
      const accepted = acceptance(recipients);
      remember(key, accepted);
      answer(asker, { taken: true, answer: accepted });
    }

    const arriving = isNew ? archived(peer, content) : content;
    for (const sibling of accounts.devices(device.address)) if (sibling !== device) pass(sibling, peer, arriving);
    for (const recipient of recipients) {
      const responsePending = known === undefined && holders.includes(recipient);
      pass(recipient, device.address, responsePending ? pendingResponse(arriving) : arriving);
    }
    if (recipients.length === 0 && !isOwn) store(peer, device.address, arriving);
  }

  function archived(peer: string, content: Content): Content {
    if (content.type === 'operation') {
      archive?.addOperation(peer, content.operation);
      return content;
    }
    const position = archive?.addMessage(peer, content.message);
    return position === undefined ? content : { ...content, message: { ...content.message, position } };
  }

  function receiveNotification(device: Device, { to: peer, request, notification }: UpNotification): void {
    const { messageId, outcome, upTo, messageIds, code, withholdDelivery } = notification;
    answer({ device, request, peer, messageId }, { taken: true, answer: { outcome: 'accepted' } });
    const reports = {
      sender: device.address,
      messageId,
      outcome,
      ...(upTo === undefined ? {} : { upTo }),
      ...(messageIds === undefined ? {} : { messageIds }),
      ...(code === undefined ? {} : { code }),
    };
    if (withholdDelivery !== true) archive?.addReceipt(peer, { ...reports, at: link.now() });
    if (notification.asResponse === true) {
      held.settle(messageKey(peer, device.address, messageId), reported(notification));
      return;
    }
    spread(peer, device.address, { type: 'notification', ...reports });
  }

  function receiveHistoryRequest(device: Device, frame: UpFrame & { readonly kind: 'history' }): void {
    const page = archive?.read(device.address, frame.to, frame.page) ?? { messages: [], end: true };
    const given: ServerAnswer = { taken: true, answer: { outcome: 'accepted' }, page };
    if (device.linked) {
      link.send(device, { kind: 'answer', peer: frame.to, request: frame.request, answer: given });
    }
  }

  function answer({ device, ...asked }: Requester, given: ServerAnswer): void {
    if (device.linked) link.send(device, { kind: 'answer', ...asked, answer: given });
  }

  return {
    attach: accounts.attach,
    detach: accounts.detach,
    online(device) {
      const first = accounts.devices(device.address).every((other) => other === device || !other.linked);
      if (first) tellPresence(device.address, 'available');
      catchUp(device, Array.from(device.remotes));
    },
    offline(device, undelivered) {
      takeBack(device, undelivered);
      held.leave(device);
      if (!accounts.isOnline(device.address)) tellPresence(device.address, 'unavailable');
    },
    receive(device, frame, copy) {
      if (frame.kind === 'message' || frame.kind === 'operation') {
        receiveContent(device, frame, contentOf(device, frame), copy);
        return;
      }
      if (frame.kind === 'notification') receiveNotification(device, frame);
      else if (frame.kind === 'history') receiveHistoryRequest(device, frame);
      else if (frame.kind === 'acknowledgement')
        unackedFrames.acknowledged(device, frame.to, frame.messageId, frame.outcome);
      else spread(frame.to, device.address, { type: 'composing', sender: device.address, ...frame.notification });
    },
    unhandled(device, frame) {
      if (frame.kind === 'event') unackedFrames.forget(device, frame);
      keep(device, frame);
    },
    channelOpened(device, remote) {
      catchUp(device, [remote]);
    },
    devices: accounts.devices,
    close: accounts.close,
    isClosed: accounts.isClosed,
    keepArchive() {
      archive ??= createArchive();
    },
  };
}

/** The acceptance of the server, which says where no notification will follow. */
function acceptance(recipients: readonly Device[]): SendResult {
  const silent = recipients.length > 0 && recipients.every((device) => !device.capabilities.deliveryNotifications);
  return silent ? { outcome: 'accepted', notificationExpected: false } : { outcome: 'accepted' };
}

/** The response that the report of a recipient stands for. */
function reported({ outcome, code = 500, withholdDelivery }: OutgoingNotification): ServerAnswer {
  if (outcome !== 'failed')
    return { taken: true, answer: { outcome: withholdDelivery === true ? 'accepted' : 'delivered' } };
  return { taken: false, code, retryable: RETRYABLE_CODES.has(code) };
}

function contentOf(device: Device, frame: UpContent): Content {
  const { deliveryNotifications, displayedNotifications } = device.capabilities;
  const requestedReceipts = { delivered: deliveryNotifications, displayed: displayedNotifications !== false };
  const from = { sender: device.address, requestedReceipts };
  if (frame.kind === 'operation') {
    const { attempt: _attempt, ...operation } = frame.operation;
    return { type: 'operation', operation: { ...operation, ...from } };
  }
  const { attempt: _attempt, ...message } = frame.message;
  return { type: 'message', message: { ...message, ...from } };
}

function idOf(content: Content): string {
  return content.type === 'message' ? content.message.messageId : content.operation.id;
}

function pendingResponse(content: Content): Content {
  if (content.type === 'operation') return content;
  return { ...content, message: { ...content.message, responsePending: true } };
}

function messageKey(sender: string, recipient: string, messageId: string): string {
  return JSON.stringify([sender, recipient, messageId]);
}
