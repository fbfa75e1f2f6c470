import type { ChannelEvent, OutgoingMessage, Transport } from '@imflow/core';
import { createSeededRandom, createVirtualClock, type VirtualClock } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import {
  type ClientFrame,
  type ConnectionError,
  createWebSocketTransport,
  type ServerFrame,
  type WebSocketLike,
  type WebSocketTransportOptions,
} from './index.ts';

const LIMITS = { maxFrameBytes: 1, maxMessageBytes: 1, maxInFlight: 1, maxFramesPerSecond: 1 };
const MESSAGE: OutgoingMessage = {
  messageId: 'm1',
  contentType: 'text/plain',
  body: 'hello',
  sentAt: 1,
  attempt: 1,
  frameSequence: { session: 's', sequence: 1 },
};

type Listener = (event: { readonly data: unknown }) => void;

/** The server end of a socket, which a test controls. */
interface ScriptedSocket {
  readonly frames: ClientFrame[];
  isClosed: boolean;
  say(frame: ServerFrame | string): void;
  drop(): void;
}

interface Setup {
  readonly transport: Transport;
  readonly clock: VirtualClock;
  readonly sockets: ScriptedSocket[];
  readonly errors: ConnectionError[];
  readonly incoming: string[];
  /** Answers the newest hello, as `epoch`. */
  welcome(epoch?: string): Promise<ScriptedSocket>;
}

function setUp(options: Partial<WebSocketTransportOptions> = {}, opens = true): Setup {
  const clock = createVirtualClock();
  const sockets: ScriptedSocket[] = [];
  const errors: ConnectionError[] = [];
  const incoming: string[] = [];
  function createSocket(): WebSocketLike {
    const listeners = new Map<string, Listener>();
    const fire = (type: string, data?: unknown): void => listeners.get(type)?.({ data });
    const socket: ScriptedSocket = {
      frames: [],
      isClosed: false,
      say: (frame) => fire('message', typeof frame === 'string' ? frame : JSON.stringify(frame)),
      drop: () => fire('close'),
    };
    sockets.push(socket);
    queueMicrotask(() => (opens ? fire('open') : fire('close')));
    return {
      send: (text) => void socket.frames.push(JSON.parse(text) as ClientFrame),
      close() {
        socket.isClosed = true;
      },
      addEventListener: (type: string, listener: Listener) => void listeners.set(type, listener),
    };
  }
  const transport = createWebSocketTransport({
    url: 'ws://127.0.0.1/chat',
    address: 'ana',
    token: 'secret',
    createSocket,
    clock,
    random: createSeededRandom(1),
    onConnectionError: (error) => errors.push(error),
    onIncomingConversation: (participant) => incoming.push(participant),
    ...options,
  });
  return {
    transport,
    clock,
    sockets,
    errors,
    incoming,
    async welcome(epoch = 'e1') {
      await clock.advance(1_000);
      const socket = sockets.at(-1)!;
      expect(socket.frames[0]?.type).toBe('hello');
      socket.say({ type: 'welcome', protocol: 1, user: 'ana', epoch, limits: LIMITS });
      await clock.advance(1);
      return socket;
    },
  };
}

/** Accepts the newest request of a type. */
function accept(socket: ScriptedSocket, type: ClientFrame['type']): void {
  const asked = socket.frames.findLast((frame) => frame.type === type);
  if (asked === undefined || !('request' in asked)) throw new Error(`No ${type} was sent.`);
  socket.say({ type: 'accepted', request: asked.request });
}

function entries(position: number, ...ids: string[]): ServerFrame {
  const of = (id: string) =>
    ({ kind: 'message', id, author: 'bo', contentType: 'text/plain', body: id, sentAt: 1, position, at: 1 }) as const;
  return { type: 'entries', with: 'bo', entries: ids.map(of), receipts: [], position, stored: false };
}

describe('signing in', () => {
  it('B285 the transport sends the token and the device id, which stays the same over reconnects', async () => {
    const { transport, clock, sockets, welcome } = setUp();
    transport.connect();
    (await welcome()).drop();
    await welcome();
    expect(transport.getStatus().state).toBe('online');
    const hellos = sockets.map(({ frames }) => frames[0]);
    expect(hellos[0]).toMatchObject({ type: 'hello', protocol: 1, token: 'secret' });
    expect(hellos[1]).toEqual(hellos[0]);
    transport.disconnect();
    expect(clock.pending).toBe(0);
  });

  it('B285 the transport keeps the device id over a reload, but no token', async () => {
    let saved: string | undefined;
    const session = { load: () => saved, save: (text: string) => void (saved = text) };
    const devices = [];
    for (let round = 0; round < 2; round += 1) {
      const { transport, welcome } = setUp({ session, random: createSeededRandom(round) });
      transport.connect();
      devices.push((await welcome()).frames[0]);
      transport.disconnect();
    }
    expect(devices[1]).toEqual(devices[0]);
    expect(saved).not.toContain('secret');
  });

  it('B285 the transport requests a new token when the server says that it has expired, and loses nothing', async () => {
    const tokens = ['old', 'new'];
    const { transport, sockets, errors, welcome } = setUp({ token: () => tokens.shift() ?? 'none' });
    transport.connect();
    const socket = await welcome();
    const sending = transport.openChannel('bo', () => {}).send(MESSAGE);
    socket.say({ type: 'refused', code: 401, reason: 'The token has expired.', retryable: true });
    await expect(sending).rejects.toMatchObject({ retryable: true });
    await welcome();
    expect(sockets.map(({ frames }) => frames[0])).toMatchObject([{ token: 'old' }, { token: 'new' }]);
    expect(errors).toEqual([{ code: 'unauthorized', message: 'The token has expired.' }]);
  });

  it.each([
    ['the server refuses a token that cannot be renewed', { code: 401, reason: 'No.', retryable: true }],
    ['the server refuses the user', { code: 403, reason: 'No.', retryable: false }],
  ])('B285 the transport closes permanently where %s', async (_case, refusal) => {
    const { transport, clock, sockets } = setUp();
    transport.connect();
    await clock.advance(1);
    sockets[0]?.say({ type: 'refused', ...refusal });
    await clock.advance(100_000);
    expect(transport.getStatus()).toMatchObject({ state: 'closed', error: { code: 'refused', message: 'No.' } });
    expect(sockets).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('B285 the transport closes permanently where the server knows the user by a different name', async () => {
    const { transport, clock, sockets } = setUp();
    transport.connect();
    await clock.advance(1);
    sockets[0]?.say({ type: 'welcome', protocol: 1, user: 'eve', epoch: 'e', limits: LIMITS });
    expect(transport.getStatus()).toMatchObject({
      state: 'closed',
      error: { message: expect.stringContaining('eve') },
    });
  });

  it('B285 the transport takes a new device id where the same one has signed in elsewhere, as a duplicated tab does', async () => {
    const { transport, sockets, welcome } = setUp();
    transport.connect();
    (await welcome()).say({ type: 'refused', code: 409, reason: 'Elsewhere.', retryable: true });
    await welcome();
    const [first, second] = sockets.map(({ frames }) => (frames[0] as { device: string }).device);
    expect(second).not.toBe(first);
    expect(transport.getStatus().state).toBe('online');
  });

  it('B285 the transport retries at growing intervals where the server is unreachable or the token cannot be fetched', async () => {
    const away = setUp({}, false);
    away.transport.connect();
    await away.clock.advance(120_000);
    expect(new Set(away.errors.map(({ code }) => code))).toEqual(new Set(['unreachable']));
    expect(away.sockets.length).toBeGreaterThan(5);
    expect(away.sockets.length).toBeLessThan(20);
    const failing = setUp({ token: () => Promise.reject(new Error('offline')) });
    failing.transport.connect();
    await failing.clock.advance(1_000);
    expect(failing.errors[0]?.code).toBe('token');
  });

  it('B285 the transport pings a silent server, and reconnects if the server does not respond', async () => {
    const { transport, clock, sockets, errors, welcome } = setUp();
    transport.connect();
    const socket = await welcome();
    await clock.advance(31_000);
    expect(socket.frames.at(-1)?.type).toBe('ping');
    accept(socket, 'ping');
    await clock.advance(20_000);
    expect(errors).toEqual([]);
    await clock.advance(30_000);
    expect(errors[0]?.code).toBe('no-answer');
    expect(socket.isClosed).toBe(true);
    expect(sockets.length).toBeGreaterThan(1);
  });
});

const acksOn = ({ frames }: ScriptedSocket): number[] =>
  frames.flatMap((frame) => (frame.type === 'ack' ? [frame.position] : []));

describe('received frames', () => {
  it('B284 a received frame is acknowledged by position once the engine has stored it, and only for an open conversation', async () => {
    const { transport, clock, welcome } = setUp();
    const events: ChannelEvent[] = [];
    const channel = transport.openChannel('bo', (event) => events.push(event));
    transport.connect();
    const socket = await welcome();
    socket.say(entries(1, 'early'));
    expect(events).toEqual([]);
    accept(socket, 'open');
    socket.say(entries(2, 'a'));
    socket.say(entries(4, 'b', 'c'));
    expect(events).toMatchObject([{ message: { body: 'a', position: '2 e1' } }, {}, {}]);
    channel.acknowledge?.('a');
    await clock.advance(100);
    channel.acknowledge?.('c');
    await clock.advance(100);
    channel.acknowledge?.('b');
    await clock.advance(100);
    expect(acksOn(socket)).toEqual([2, 4]);
  });

  it('B325 all frames of a conversation within 100 ms are acknowledged by one frame, and before the channel closes', async () => {
    const { transport, clock, welcome } = setUp();
    const channel = transport.openChannel('bo', () => {});
    transport.connect();
    const socket = await welcome();
    accept(socket, 'open');
    for (const [position, id] of ['a', 'b', 'c'].entries()) {
      socket.say(entries(position + 1, id));
      channel.acknowledge?.(id);
    }
    expect(acksOn(socket)).toEqual([]);
    await clock.advance(100);
    expect(acksOn(socket)).toEqual([3]);
    socket.say(entries(4, 'd'));
    channel.acknowledge?.('d');
    channel.close();
    expect(socket.frames.slice(-2)).toEqual([
      { type: 'ack', with: 'bo', position: 4 },
      { type: 'close', with: 'bo' },
    ]);
  });

  it('B325 frames that the engine stores while the next socket waits for its token are not acknowledged there', async () => {
    let asked = 0;
    const token = (): Promise<string> => {
      asked += 1;
      return asked === 1 ? Promise.resolve('t') : new Promise(() => {});
    };
    const { transport, clock, sockets, welcome } = setUp({ token });
    const channel = transport.openChannel('bo', () => {});
    transport.connect();
    const socket = await welcome();
    accept(socket, 'open');
    socket.say(entries(1, 'a'));
    socket.drop();
    await clock.advance(2_000);
    expect(asked).toBe(2);
    channel.acknowledge?.('a');
    await clock.advance(100);
    expect(sockets[1]?.frames).toEqual([]);
  });

  it('B325 pending acknowledgements of a closed socket are not sent on the next one', async () => {
    const { transport, welcome } = setUp();
    const channel = transport.openChannel('bo', () => {});
    transport.connect();
    const socket = await welcome();
    accept(socket, 'open');
    socket.say(entries(1, 'a'));
    socket.drop();
    const next = await welcome();
    channel.acknowledge?.('a');
    accept(next, 'open');
    transport.disconnect();
    expect(acksOn(next)).toEqual([]);
  });

  it('B325 a transport that disconnects first acknowledges stored frames', async () => {
    const { transport, welcome } = setUp();
    const channel = transport.openChannel('bo', () => {});
    transport.connect();
    const socket = await welcome();
    accept(socket, 'open');
    socket.say(entries(1, 'a'));
    channel.acknowledge?.('a');
    transport.disconnect();
    expect(acksOn(socket)).toEqual([1]);
  });

  it('B283 after an unreadable frame nothing is acknowledged, so that the frame is redelivered', async () => {
    const { transport, errors, welcome } = setUp();
    const events: ChannelEvent[] = [];
    const channel = transport.openChannel('bo', (event) => events.push(event));
    transport.connect();
    const socket = await welcome();
    accept(socket, 'open');
    socket.say('{"type":"entries","with":"bo","entries":[{"kind":"message"}],"receipts":[],"position":2}');
    socket.say(entries(3, 'c'));
    channel.acknowledge?.('c');
    expect(socket.frames.some(({ type }) => type === 'ack')).toBe(false);
    expect(events[0]).toMatchObject({ type: 'diagnostic', code: 'frame-malformed' });
    expect(errors[0]?.code).toBe('malformed');
    expect(transport.getStatus().state).toBe('online');
  });

  it('B284 a message of a participant without a channel is announced once, until a channel is opened', async () => {
    const { transport, incoming, welcome } = setUp();
    transport.connect();
    const socket = await welcome();
    socket.say({ type: 'waiting', with: 'bo' });
    socket.say({ type: 'waiting', with: 'bo' });
    transport.openChannel('bo', () => {});
    socket.say({ type: 'waiting', with: 'bo' });
    expect(incoming).toEqual(['bo']);
  });

  it('B284 a position of another epoch is not requested, since that store does not have it', async () => {
    const { transport, welcome } = setUp();
    const channel = transport.openChannel('bo', () => {});
    transport.connect();
    const socket = await welcome('e2');
    void channel.loadHistory?.({ before: '7 e1', limit: 5 }).catch(() => undefined);
    void channel.loadHistory?.({ before: '7 e2', limit: 5 }).catch(() => undefined);
    const asked = socket.frames.filter((frame) => frame.type === 'history');
    expect(asked.map(({ before }) => before)).toEqual([undefined, 7]);
    transport.disconnect();
  });
});

describe('options', () => {
  it.each([
    [{ url: 'https://example.com' }, 'url is "https://example.com"'],
    [{ address: '' }, 'address is ""'],
    [{ address: 'a\nb' }, 'address is'],
    [{ token: '' }, 'token must be a non-empty string'],
    [{ requestTimeout: 10 }, 'requestTimeout is 10, but must be a number from 1000 to 120000'],
    [{ pingInterval: Number.NaN }, 'pingInterval is NaN'],
    [{ maxReconnectDelay: 1e9 }, 'maxReconnectDelay is 1000000000'],
  ])('B285 invalid options are refused by name: %o', (options, message) => {
    expect(() => setUp(options)).toThrow(message);
  });
});
