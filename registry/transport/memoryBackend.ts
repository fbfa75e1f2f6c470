import type {
  ChannelEvent,
  Clock,
  HistoryReceipt,
  IncomingMessage,
  OutgoingMessage,
  OutgoingNotification,
} from '@imflow/core';

/** The backend that own-transport.ts describes, in memory. The token of a user is their address. */
export interface MemoryBackend {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Cuts the connection of a user, or restores it. */
  setOnline(address: string, online: boolean): void;
  /** Users whose token is refused. */
  readonly refused: Set<string>;
  /** The requests to the backend: `ana POST messages`. */
  readonly requests: string[];
}

interface Stored {
  readonly with: string;
  readonly event: ChannelEvent;
  /** An own message, which is not sent back; or one that was acknowledged. */
  isDone?: boolean;
}

interface Body {
  readonly to: string;
  readonly message?: OutgoingMessage;
  readonly composing?: object;
  readonly notification?: OutgoingNotification;
  readonly ids?: readonly string[];
}

/** @param delay of a request, in ms. */
export function createMemoryBackend(clock: Clock, delay: number): MemoryBackend {
  const logs = new Map<string, Stored[]>();
  const streams = new Map<string, ReadableStreamDefaultController<Uint8Array>>();
  const cut = new Set<string>();
  const refused = new Set<string>();
  const requests: string[] = [];

  function logOf(user: string): Stored[] {
    const log = logs.get(user) ?? [];
    logs.set(user, log);
    return log;
  }

  function write(user: string, { with: other, event }: Stored, index?: number): void {
    const frame = { with: other, event, ...(index === undefined ? {} : { id: String(index) }) };
    streams.get(user)?.enqueue(encode(`data: ${JSON.stringify(frame)}\n\n`));
  }

  function store(user: string, stored: Stored): void {
    write(user, stored, logOf(user).push(stored) - 1);
  }

  function post(from: string, { to, message, composing, notification, ids }: Body): Response {
    if (message?.messageId !== undefined) {
      const isKnown = logOf(to).some(
        ({ event }) => event.type === 'message' && event.message.messageId === message.messageId,
      );
      if (!isKnown) {
        const position = String(logOf(to).length + logOf(from).length + 1).padStart(6, '0');
        const { attempt: _, ...carried } = message;
        const incoming: IncomingMessage = { ...carried, sender: from, position };
        store(to, { with: from, event: { type: 'message', message: incoming } });
        logOf(from).push({ with: to, event: { type: 'message', message: incoming }, isDone: true });
      }
    } else if (composing !== undefined) {
      write(to, { with: from, event: { type: 'composing', sender: from, ...composing } as ChannelEvent });
    } else if (notification?.messageId !== undefined) {
      store(to, { with: from, event: { type: 'notification', sender: from, ...notification } });
    } else if (ids !== undefined) {
      for (const id of ids) Object.assign(logOf(from)[Number(id)] ?? {}, { isDone: true });
    } else return new Response(null, { status: 400 });
    return new Response(null, { status: 202 });
  }

  function history(user: string, query: URLSearchParams): Response {
    const entries = logOf(user).filter((stored) => stored.with === query.get('with'));
    const messages = entries.flatMap(({ event }) => (event.type === 'message' ? [event.message] : []));
    const before = query.get('before');
    const older = before === null ? messages : messages.filter(({ position = '' }) => position < before);
    const page = older.slice(-Number(query.get('limit')));
    const receipts = entries.flatMap(({ event }): HistoryReceipt[] => {
      if (event.type !== 'notification') return [];
      const { type: _, ...receipt } = event;
      return [receipt];
    });
    return Response.json({ messages: page, receipts, end: page.length === older.length });
  }

  function events(user: string): Response {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        streams.set(user, controller);
        controller.enqueue(encode(': hello\n\n'));
        logOf(user).forEach((stored, index) => {
          if (stored.isDone !== true) write(user, { ...stored, event: asStored(stored.event) }, index);
        });
      },
      cancel: () => void streams.delete(user),
    });
    return new Response(body);
  }

  function answer(user: string, method: string, address: URL, body: string | undefined): Response {
    const path = address.pathname.slice(1);
    requests.push(`${user} ${method} ${path}`);
    if (refused.has(user)) return new Response(null, { status: 401 });
    if (method === 'POST') return post(user, JSON.parse(body ?? '') as Body);
    return path === 'history' ? history(user, address.searchParams) : events(user);
  }

  return {
    refused,
    requests,
    fetch(url, init) {
      const user = new Headers(init.headers).get('authorization')?.replace('Bearer ', '') ?? '';
      return new Promise((resolve, reject) => {
        init.signal?.addEventListener('abort', () => {
          reject(new DOMException('Aborted', 'AbortError'));
          const stream = streams.get(user);
          if (!url.includes('/events') || stream === undefined) return;
          streams.delete(user);
          stream.error(new DOMException('Aborted', 'AbortError'));
        });
        clock.setTimer(() => {
          if (init.signal?.aborted === true) return;
          if (cut.has(user)) reject(new TypeError('fetch failed'));
          else resolve(answer(user, init.method ?? 'GET', new URL(url), init.body as string | undefined));
        }, delay);
      });
    },
    setOnline(address, online) {
      if (online) cut.delete(address);
      else {
        cut.add(address);
        streams.get(address)?.error(new TypeError('network error'));
        streams.delete(address);
      }
    },
  };
}

function asStored(event: ChannelEvent): ChannelEvent {
  return event.type === 'message' ? { ...event, message: { ...event.message, fromHistory: true } } : event;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
