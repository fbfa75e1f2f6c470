import type { Clock } from '@imflow/core';

/** A relay in memory, which behaves like a relay behind a WebSocket: it forwards frames and reports who is online. */
export interface MemoryRelay {
  /** Opens a connection, signed in as `address`. */
  connect(address: string): WebSocket;
  /** Cuts the link of an address, or lets it connect again. */
  setOnline(address: string, online: boolean): void;
}

type Fields = Readonly<Record<string, unknown>>;

/** @param delay how long a frame takes on each of its two ways, in ms. */
export function createMemoryRelay(clock: Clock, delay: number): MemoryRelay {
  const sockets = new Map<string, MemorySocket>();
  const cut = new Set<string>();
  const later = (run: () => void): void => void clock.setTimer(run, delay);

  function send(to: string, frame: Fields): void {
    const socket = sockets.get(to);
    later(() => {
      if (socket?.isOpen === true) socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
    });
  }

  function announce(address: string, change: 'available' | 'unavailable'): void {
    for (const other of sockets.keys()) {
      if (other !== address) send(other, { from: address, event: { type: 'participant', address, change } });
    }
  }

  /** Forwards a frame in the name of its sender only. Only the relay itself sends presence. */
  function pass(from: string, { to, id, event, answer, taken }: Fields): void {
    const address = String(to);
    if (answer !== undefined) send(address, { from, answer, taken });
    else if (!sockets.has(address)) send(from, { from: address, answer: id, taken: false });
    else if (isFields(event) && event['type'] !== 'participant') send(address, { from, id, event: sign(event, from) });
  }

  function leave(address: string, socket: MemorySocket): void {
    if (!socket.isOpen) return;
    socket.isOpen = false;
    if (sockets.get(address) === socket) sockets.delete(address);
    announce(address, 'unavailable');
    later(() => socket.dispatchEvent(new Event('close')));
  }

  function join(address: string, socket: MemorySocket): void {
    if (!socket.isOpen) return;
    if (cut.has(address)) {
      leave(address, socket);
      return;
    }
    sockets.set(address, socket);
    socket.dispatchEvent(new Event('open'));
    announce(address, 'available');
    for (const other of sockets.keys()) {
      if (other === address) continue;
      send(address, { from: other, event: { type: 'participant', address: other, change: 'available' } });
    }
  }

  return {
    connect(address) {
      const socket = new MemorySocket(
        (text) =>
          later(() => {
            if (socket.isOpen) pass(address, JSON.parse(text) as Fields);
          }),
        () => leave(address, socket),
      );
      later(() => join(address, socket));
      // The part of a WebSocket that a transport uses.
      return socket as unknown as WebSocket;
    },
    setOnline(address, online) {
      if (online) cut.delete(address);
      else cut.add(address);
      const socket = sockets.get(address);
      if (!online && socket !== undefined) leave(address, socket);
    },
  };
}

class MemorySocket extends EventTarget {
  isOpen = true;
  readonly send: (text: string) => void;
  readonly close: () => void;

  constructor(send: (text: string) => void, close: () => void) {
    super();
    this.send = send;
    this.close = close;
  }
}

function sign(event: Fields, sender: string): Fields {
  if (event['type'] !== 'message') return { ...event, sender };
  return { ...event, message: { ...(isFields(event['message']) ? event['message'] : {}), sender } };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
