import type { Clock } from '@imflow/core';

/** A relay in memory, which does what one behind a WebSocket does: it passes frames on and says who is there. */
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

  function tell(to: string, frame: Fields): void {
    const socket = sockets.get(to);
    later(() => {
      if (socket?.isOpen === true) socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
    });
  }

  function tellPresence(address: string, change: 'available' | 'unavailable'): void {
    for (const other of sockets.keys()) {
      if (other !== address) tell(other, { from: address, event: { type: 'participant', address, change } });
    }
  }

  /** A participant says what it likes, but only in its own name; presence is the relay's word alone. */
  function pass(from: string, { to, id, event, answer, taken }: Fields): void {
    const address = String(to);
    if (answer !== undefined) tell(address, { from, answer, taken });
    else if (!sockets.has(address)) tell(from, { from: address, answer: id, taken: false });
    else if (isFields(event) && event['type'] !== 'participant') tell(address, { from, id, event: sign(event, from) });
  }

  function leave(address: string, socket: MemorySocket): void {
    if (!socket.isOpen) return;
    socket.isOpen = false;
    if (sockets.get(address) === socket) sockets.delete(address);
    tellPresence(address, 'unavailable');
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
    tellPresence(address, 'available');
    for (const other of sockets.keys()) {
      if (other === address) continue;
      tell(address, { from: other, event: { type: 'participant', address: other, change: 'available' } });
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
      // The part of a WebSocket that a transport needs.
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
