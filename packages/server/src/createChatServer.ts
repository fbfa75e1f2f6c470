/** The chat server: accepts sockets, and checks who connects. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocketServer, type WebSocket } from 'ws';
import type { BusMember } from './bus/bus.ts';
import { createFileRequests, type ServerFiles } from './files/fileRequests.ts';
import { mountRequests } from './files/requestMount.ts';
import { createHub, type Hub } from './hub.ts';
import { isOriginAllowed } from './origin.ts';
import { createSafeLogger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { checkLimits, checkRefreshInterval, type ChatServerOptions } from './options.ts';
import { createRequests } from './requests.ts';
import { createSession, type Socket } from './session.ts';
import { carryOverSocketIo, type SocketIoSocket } from './socketIo.ts';
import type { SessionSocket } from './sessionSocket.ts';
import { adaptWebSocket } from './webSocketAdapter.ts';

/** How often the server pings its sockets, in ms. */
const BEAT_INTERVAL = 10_000;
/** How long clients may take to close their sockets when the server ends, in ms. */
const CLOSE_TIMEOUT = 2_000;
/** How many beats a socket may be silent. */
const MAX_SILENT_BEATS = 4;

/** A chat server. */
export interface ChatServer {
  /** Resolves once the store is open. Rejects where it cannot be opened. */
  readonly ready: Promise<void>;
  /**
   * Accepts the WebSockets of an HTTP server that request `path`, and with the option `files` its requests for
   * `path/files`; others are left alone, and go to the listeners that the server has by now. Default path: `/chat`.
   */
  attach(server: Server, options?: { readonly path?: string }): void;
  /** Takes one upgrade of HTTP, for servers that choose themselves. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Answers one request of HTTP for `…/files`, for servers that choose themselves. Without the option `files`, with 404. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** The files that users have uploaded. Undefined without the option `files`. */
  readonly files: ServerFiles | undefined;
  /**
   * Takes a socket of Socket.IO, whose client uses `createSocketIoConnector` of `@imflow/websocket`:
   * `io.on('connection', (socket) => chat.handleSocketIo(socket))`.
   */
  handleSocketIo(socket: SocketIoSocket): void;
  /** The health for a load balancer: whether the store responds, and the number of sockets. */
  health(): Promise<{ readonly ok: boolean; readonly connections: number }>;
  /** Refuses new sockets, stores the accepted messages, asks the clients to reconnect, and closes the store. */
  close(): Promise<void>;
}

/**
 * Creates a chat server for the protocol of `docs/protocol.md`. It opens no port: attach it to an HTTP server.
 * @throws FlowError `invalid-argument` or `out-of-range` that names the option.
 */
export function createChatServer(options: ChatServerOptions): ChatServer {
  const limits = checkLimits(options);
  const refreshInterval = checkRefreshInterval(options.refreshInterval);
  const { store, bus, origins } = options;
  const logger = createSafeLogger(options.logger);
  /** Sessions that Socket.IO carries. */
  const carried = new Set<Socket>();
  const sockets = new Map<WebSocket, { readonly session: Socket; silentBeats: number }>();
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxFrameBytes,
    perMessageDeflate: false,
  });
  const attached: (() => void)[] = [];
  let epoch = '';
  let isClosing = false;
  let beating: NodeJS.Timeout | undefined;
  let refreshing: NodeJS.Timeout | undefined;
  let member: BusMember | undefined;

  const connections = (): number => sockets.size + carried.size;
  const metrics = createMetrics(options.metrics, connections);
  const { files: filesOptions, ...access } = options;
  const files = filesOptions && createFileRequests({ ...access, files: filesOptions, metrics, logger, now: Date.now });
  const hub: Hub = createHub({
    store,
    metrics,
    onOffline: options.onOffline,
    node: randomUUID(),
    publish: (write) => member?.publish(write()),
    logger,
    now: Date.now,
  });

  const requests = createRequests({
    hub,
    store,
    limits,
    ...(files === undefined ? {} : { deleteFile: (...names) => files.deleteFile(...names) }),
  });

  async function start(): Promise<void> {
    ({ epoch } = await store.open());
    await files?.open();
    beating = setInterval(beat, BEAT_INTERVAL);
    if (bus !== undefined && !isClosing) {
      member = bus.join(
        (text) => hub.receive(text),
        () => hub.resubscribed(),
      );
      refreshing = setInterval(() => {
        hub.presence.beat();
        hub.refresh();
      }, refreshInterval);
    }
    logger.info({ epoch }, 'the store is open');
  }

  function beat(): void {
    for (const [socket, state] of sockets) {
      state.silentBeats += 1;
      if (state.silentBeats > MAX_SILENT_BEATS) socket.terminate();
      else socket.ping();
    }
  }

  function begin(socket: SessionSocket, request: IncomingMessage): Socket {
    return createSession({
      hub,
      requests,
      socket,
      request,
      store,
      metrics,
      authenticate: options.authenticate,
      ...(options.mayTalk === undefined ? {} : { mayTalk: options.mayTalk }),
      epoch,
      limits,
      logger,
      now: Date.now,
    });
  }

  function take(socket: WebSocket, request: IncomingMessage): void {
    const session = begin(adaptWebSocket(socket, request.socket), request);
    const state = { session, silentBeats: 0 };
    sockets.set(socket, state);
    socket.on('message', (data: RawData, isBinary) => {
      state.silentBeats = 0;
      if (isBinary) socket.close(1003, 'Frames are texts.');
      else session.receive(textOf(data));
    });
    socket.on('pong', () => {
      state.silentBeats = 0;
    });
    // A frame that is too large, or no WebSocket at all: the socket closes.
    socket.on('error', (error) => logger.warn({ code: (error as NodeJS.ErrnoException).code }, 'a socket failed'));
    socket.on('close', () => {
      sockets.delete(socket);
      session.closed();
    });
  }

  async function allClosed(): Promise<void> {
    await Promise.all(Array.from(sockets.keys(), (socket) => once(socket, 'close')));
  }

  const ready = start();
  // An application may never await `ready`: the failure is logged here, and no rejection stays unhandled.
  ready.catch((error: unknown) => logger.error({ error }, 'the store cannot be opened'));

  function isOriginRefused({ headers }: IncomingMessage): boolean {
    if (isOriginAllowed(headers.origin, headers.host, origins)) return false;
    logger.warn({ origin: headers.origin?.slice(0, 200) }, 'a page of another site was refused');
    return true;
  }

  const isFull = (): boolean => isClosing || connections() >= limits.maxConnections;

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (isOriginRefused(request)) {
      refuse(socket, '403 Forbidden');
      return;
    }
    if (isFull()) {
      refuse(socket, '503 Service Unavailable');
      return;
    }
    try {
      await ready;
    } catch {
      refuse(socket, '503 Service Unavailable');
      return;
    }
    webSockets.handleUpgrade(request, socket, head, take);
  }

  function handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    void upgrade(request, socket, head);
  }

  function handleRequest(request: IncomingMessage, response: ServerResponse): void {
    if (files === undefined) response.writeHead(404).end();
    else void files.handle(request, response);
  }

  return {
    ready,
    files,
    handleRequest,
    attach(server, { path = '/chat' } = {}) {
      const listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
        if ((request.url ?? '').replace(/\?.*$/s, '') === path) handleUpgrade(request, socket, head);
      };
      server.on('upgrade', listener);
      attached.push(() => server.off('upgrade', listener));
      if (files !== undefined) attached.push(mountRequests(server, `${path}/files`, handleRequest));
    },
    handleUpgrade,
    handleSocketIo(socket) {
      const { request } = socket;
      // Socket.IO itself compares origins for long polling only.
      const isRefused = isOriginRefused(request);
      carryOverSocketIo({
        socket,
        ...limits,
        begin(adapted) {
          // A client that connects before the store is open connects again later.
          if (isRefused || epoch === '' || isFull()) return undefined;
          const session = begin(adapted, request);
          carried.add(session);
          return {
            receive: (text) => session.receive(text),
            closed() {
              carried.delete(session);
              session.closed();
            },
          };
        },
      });
    },
    async health() {
      try {
        await store.heads([]);
        return { ok: !isClosing, connections: connections() };
      } catch {
        return { ok: false, connections: connections() };
      }
    },
    async close() {
      if (isClosing) return;
      isClosing = true;
      clearInterval(beating);
      clearInterval(refreshing);
      for (const detach of attached) detach();
      files?.close();
      await ready.catch(() => undefined);
      await hub.idle();
      hub.presence.close();
      for (const { session } of sockets.values()) session.end();
      for (const session of Array.from(carried)) session.end();
      await Promise.race([allClosed(), delay(CLOSE_TIMEOUT)]);
      await hub.idle();
      for (const socket of sockets.keys()) socket.terminate();
      webSockets.close();
      await member?.leave();
      await store.close();
    },
  };
}

function delay(duration: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, duration).unref();
  });
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');
}
