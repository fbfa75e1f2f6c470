/** The session of one client: sign-in, requests, and the frames for the client. */

import type { ClientFrame, ServerFrame } from '@imflow/websocket';
import type { BusMessage } from './bus/bus.ts';
import { PROTOCOL_VERSION, readFrame, writeFrame } from './frames.ts';
import type { Hub } from './hub.ts';
import { errorFields } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { ChatServerOptions, Credentials, Identity, Limits, Logger } from './options.ts';
import { createPacing } from './pacing.ts';
import { createPermissions } from './permissions.ts';
import { refusal, type Requests } from './requests.ts';
import { conversationOf, type EntryStatus, type Growth, type StoredEntry } from './store/store.ts';
import { createWatch, type Watch } from './watch.ts';
import type { SessionSocket } from './sessionSocket.ts';

type Composing = Extract<BusMessage, { readonly type: 'composing' }>;
type Frame<T extends ClientFrame['type']> = Extract<ClientFrame, { readonly type: T }>;
type RequestFrame = Pick<
  Frame<'open' | 'message' | 'operation' | 'receipt' | 'history' | 'search'>,
  'type' | 'request'
>;

/** The time limit for the first frame of a client, in ms. */
const HELLO_TIMEOUT = 10_000;
/** How many frames that cannot be read a socket may send. */
const MAX_BAD_FRAMES = 50;
const USER_NAME = /^[^\p{Cc}\p{Cs}]{1,200}$/u;

/** The session of an authenticated user. */
export interface Session {
  readonly user: string;
  readonly device: string;
  readonly openConversations: readonly Pick<Watch, 'conversation' | 'hint'>[];
  offer(other: string, growth: Growth, stored: readonly StoredEntry[], changed: readonly EntryStatus[]): void;
  hint(other: string, head: number): void;
  sendComposing(from: string, composing: Composing): void;
  sendPresence(user: string, available: boolean, lastSeen: number | undefined): void;
  /** Another socket has signed in as the same device. */
  replace(): void;
}

/** The socket of a session, before and after authentication. */
export interface Socket {
  receive(text: string): void;
  closed(): void;
  /** The server ends. */
  end(): void;
}

export interface SessionOptions extends Pick<ChatServerOptions, 'store' | 'authenticate' | 'mayTalk'> {
  readonly hub: Hub;
  readonly requests: Requests;
  readonly socket: SessionSocket;
  readonly metrics: Metrics;
  readonly request: Credentials['request'];
  readonly epoch: string;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly now: () => number;
}

export function createSession(options: SessionOptions): Socket {
  const { hub, requests, socket, store, metrics, limits, logger, now, authenticate, epoch } = options;
  /** Only until the user is known, and `options` in no closure: a request takes kilobytes. */
  let { request: handshake } = options;
  const watches = new Map<string, Watch>();
  /** Conversations that are being opened, and how far their logs went meanwhile. */
  const opening = new Map<string, { head: number }>();
  /**
   * By participant, resolves once the entries that the device missed have been sent. A page of history waits for it: the
   * device would treat a message of the page as an old one, and send its author no receipt.
   */
  const missedSent = new Map<string, Promise<void>>();
  /** Conversations that are not open and of which the client knows that something waits. */
  const announced = new Set<string>();
  let session: Session | undefined;
  let isClosed = false;
  let isGreeting = false;
  let isWelcome = false;
  let badFrames = 0;
  const pacing = createPacing({ socket, limits, now });
  const mayTalk = createPermissions(options.mayTalk, logger);
  let helloTimer: NodeJS.Timeout | undefined = setTimeout(
    () => end(408, 'No hello came in time.', true),
    HELLO_TIMEOUT,
  );
  let expiryTimer: NodeJS.Timeout | undefined;

  function send(frame: ServerFrame): void {
    sendText(writeFrame(frame));
  }

  function sendText(text: string, taken?: () => void): void {
    if (isClosed) {
      taken?.();
      return;
    }
    if (socket.bufferedBytes > limits.maxQueuedBytes) {
      logger.warn({ user: session?.user }, 'a socket that does not read is closed');
      close(1013, 'The queue is full.');
      taken?.();
      return;
    }
    socket.send(text, taken);
  }

  function close(code: number, reason: string): void {
    if (isClosed) return;
    socket.close(code, reason);
    closed();
  }

  /** Sends the reason to the client, and closes the socket. */
  function end(code: number, reason: string, retryable: boolean): void {
    send({ type: 'refused', code, reason, retryable });
    close(code === 503 ? 1001 : 1008, reason);
  }

  function closed(): void {
    if (isClosed) return;
    isClosed = true;
    pacing.stop();
    clearTimeout(helloTimer);
    clearTimeout(expiryTimer);
    for (const other of Array.from(watches.keys())) closeWatch(other);
    if (session !== undefined) hub.remove(session);
  }

  function closeWatch(other: string): void {
    saveCursor(other, watches.get(other)?.close());
    watches.delete(other);
    if (session !== undefined) hub.unwatch(other, session);
  }

  function fail(error: unknown): void {
    metrics.storeFailed();
    if (isClosed) return;
    logger.error({ error, user: session?.user }, 'the store failed');
    // Everything that is under way fails with it, so that a later message never overtakes an earlier one.
    end(503, 'The server cannot store anything now.', true);
  }

  function saveCursor(other: string, position: number | undefined): void {
    if (position === undefined || session === undefined) return;
    const { user, device } = session;
    hub.saveCursor({ user, device, conversation: conversationOf(user, other).conversation, position });
  }

  // Signing in

  async function receiveHello({ protocol, token, device }: Frame<'hello'>): Promise<void> {
    if (isGreeting) {
      end(400, 'A second hello.', false);
      return;
    }
    isGreeting = true;
    // The client has sent its hello: it is not refused because the server takes time to check it.
    clearTimeout(helloTimer);
    helloTimer = undefined;
    if (protocol !== PROTOCOL_VERSION) {
      end(505, `This server speaks version ${PROTOCOL_VERSION} of the protocol.`, false);
      return;
    }
    let identity: Identity | undefined;
    try {
      const said = await authenticate({ token, request: handshake });
      identity = typeof said === 'string' ? { user: said } : (said ?? undefined);
    } catch (error) {
      logger.error({ error: errorFields(error, token) }, 'authenticate threw');
      end(503, 'The server cannot check who this is.', true);
      return;
    }
    handshake = undefined;
    if (isClosed) return;
    if (identity === undefined || !USER_NAME.test(identity.user)) {
      end(401, 'The token is not valid.', false);
      return;
    }
    try {
      await enter(identity, device);
    } catch (error) {
      fail(error);
    }
  }

  async function enter({ user, expiresAt }: Identity, device: string): Promise<void> {
    session = createMember(user, device);
    // Before the store is asked, so that nothing is missed in between.
    hub.add(session);
    const waiting = await hub.signIn({ user, device });
    if (isClosed) return;
    if (expiresAt !== undefined) {
      const delay = Math.min(Math.max(0, expiresAt - now()), 2 ** 31 - 1);
      expiryTimer = setTimeout(() => end(401, 'The token has expired.', true), delay);
    }
    const { maxFrameBytes, maxMessageBytes, maxInFlight, maxFramesPerSecond } = limits;
    send({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      user,
      epoch,
      limits: { maxFrameBytes, maxMessageBytes, maxInFlight, maxFramesPerSecond },
      search: true,
    });
    isWelcome = true;
    for (const other of [...announced, ...waiting]) {
      announced.delete(other);
      announce(other);
    }
  }

  function createMember(user: string, device: string): Session {
    return {
      user,
      device,
      get openConversations() {
        return Array.from(watches.values());
      },
      offer(other, growth, stored, changed) {
        const [watch, turn] = [watches.get(other), opening.get(other)];
        if (turn !== undefined) turn.head = Math.max(turn.head, growth.head);
        if (watch !== undefined) watch.offer(growth, stored, changed);
        else if (stored.some((entry) => entry.author !== user || entry.device !== device)) announce(other);
      },
      hint(other, head) {
        const [watch, turn] = [watches.get(other), opening.get(other)];
        if (turn !== undefined) turn.head = Math.max(turn.head, head);
        if (watch !== undefined) watch.hint(head);
        else announce(other);
      },
      sendComposing(from, { state, refresh, frameSequence }) {
        if (watches.has(from)) send({ type: 'composing', with: from, state, refresh, frameSequence });
      },
      sendPresence(of, available, lastSeen) {
        if (watches.has(of)) send({ type: 'presence', with: of, available, lastSeen });
      },
      replace() {
        end(409, 'Another socket has signed in as this device.', true);
      },
    };
  }

  function announce(other: string): void {
    if (watches.has(other) || opening.has(other) || announced.has(other)) return;
    announced.add(other);
    if (isWelcome) send({ type: 'waiting', with: other });
  }

  // Frames of a user

  /** Answers a request; without permission it is refused. */
  async function answer(
    { user }: Session,
    other: string,
    { type, request }: RequestFrame,
    work: () => Promise<ServerFrame | undefined>,
  ): Promise<void> {
    const begun = performance.now();
    pacing.begin();
    try {
      const frame = (await mayTalk(user, other))
        ? await work()
        : refusal(request, 403, 'The application does not allow these two users to talk with each other.');
      if (frame === undefined) return;
      send(frame);
      const code = frame.type === 'refused' ? frame.code : undefined;
      metrics.answered(type, frame.type, code, performance.now() - begun);
    } catch (error) {
      fail(error);
    } finally {
      pacing.end();
    }
  }

  async function open(member: Session, { request, with: other }: Frame<'open'>): Promise<ServerFrame | undefined> {
    if (watches.size >= limits.maxOpenConversations) {
      return refusal(request, 413, `More than ${limits.maxOpenConversations} conversations are open.`);
    }
    const { user, device } = member;
    const turn = { head: 0 };
    opening.set(other, turn);
    announced.delete(other);
    const { conversation } = conversationOf(user, other);
    const { cursor, head } = await hub.cursor({ user, device, conversation });
    if (isClosed) return undefined;
    // It was closed, or opened again, meanwhile. A client without an answer assumes that the connection is lost.
    if (opening.get(other) !== turn) return { type: 'accepted', request };
    opening.delete(other);
    closeWatch(other);
    send({ type: 'accepted', request });
    const watch = createWatch({
      store,
      reads: hub.reads,
      user,
      device,
      peer: other,
      cursor,
      head,
      send: sendText,
      fail,
    });
    watches.set(other, watch);
    hub.watch(other, member);
    watch.hint(turn.head);
    await sendPresenceOf(other);
    return undefined;
  }

  async function sendPresenceOf(other: string): Promise<void> {
    const available = hub.presence.isAvailable(other);
    const lastSeen = available ? undefined : await hub.reads.lastSeen(other);
    send({ type: 'presence', with: other, available: hub.presence.isAvailable(other), lastSeen });
  }

  function dispatch(member: Session, frame: ClientFrame): void {
    switch (frame.type) {
      case 'hello':
        end(400, 'A second hello.', false);
        return;
      case 'open':
        missedSent.set(
          frame.with,
          answer(member, frame.with, frame, () => open(member, frame)).then(() => {
            const watch = watches.get(frame.with);
            if (watch === undefined) missedSent.delete(frame.with);
            return watch?.missedSent;
          }),
        );
        return;
      case 'close':
        opening.delete(frame.with);
        missedSent.delete(frame.with);
        closeWatch(frame.with);
        return;
      case 'message':
      case 'operation':
        void answer(member, frame.to, frame, () => requests.append(member, frame));
        return;
      case 'receipt':
        void answer(member, frame.to, frame, async () => {
          await hub.mark(member.user, frame);
          return { type: 'accepted', request: frame.request };
        });
        return;
      case 'composing':
        void mayTalk(member.user, frame.to).then((allowed) => allowed && hub.composing(member.user, frame));
        return;
      case 'ack':
        saveCursor(frame.with, watches.get(frame.with)?.acknowledge(frame.position));
        return;
      case 'history':
        void answer(member, frame.with, frame, async () => {
          await missedSent.get(frame.with);
          return requests.history(member, frame);
        });
        return;
      case 'search':
        void answer(member, frame.with, frame, () => requests.search(member, frame));
        return;
      case 'ping':
        send({ type: 'pong', request: frame.request });
    }
  }

  return {
    receive(text) {
      if (isClosed) return;
      pacing.count();
      const read = readFrame(text);
      if ('frame' in read) {
        const { frame } = read;
        if (session !== undefined && isWelcome) dispatch(session, frame);
        else if (frame.type === 'hello') void receiveHello(frame);
        else end(401, 'The first frame must be a hello.', false);
        return;
      }
      badFrames += 1;
      metrics.unreadable();
      if (badFrames > MAX_BAD_FRAMES) {
        end(400, 'Too many frames that cannot be read.', true);
      } else if ('unknown' in read) {
        send({ type: 'unknown', frame: read.unknown });
      } else if (read.request === undefined) {
        send({ type: 'unknown', frame: read.malformed });
      } else {
        send(refusal(read.request, 400, read.malformed));
      }
    },
    closed,
    end: () => end(503, 'The server ends; connect again.', true),
  };
}
