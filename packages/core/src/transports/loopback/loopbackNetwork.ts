/** A messaging network within one page, for demos and tests. */

import { FlowError } from '../../errors/FlowError.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { systemClock, systemRandom } from '../../ports/systemPorts.ts';
import type { Transport, TransportCapabilities } from '../../ports/transport.ts';
import { pageCapabilities } from '../pageCapabilities.ts';
import { createSchedule } from '../schedule.ts';
import { createDevice, type Device } from './device.ts';
import { type DownFrame, type FrameLabel, labelDown, labelUp, type LoopbackFrame, type UpFrame } from './frames.ts';
import { checkFaults, crossLink, crossReliably, type LinkFaults } from './linkFaults.ts';
import { createServer } from './server.ts';

/** Options of the loopback network. */
export interface LoopbackNetworkOptions {
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** Decides about loss, duplication and jitter. Default: the system's. */
  readonly random?: Random;
  /** As for `setFaults`. Default: none. */
  readonly faults?: LinkFaults;
}

/** Options of one device on the network. */
export interface LoopbackConnectOptions {
  /**
   * Overrides the declared capabilities. With `deferredResponses` the server does not respond to the sender before the
   * device has sent a notification with `asResponse: true`. With `history` on any device the server archives all
   * messages from then on, with their receipts and operations.
   */
  readonly capabilities?: Partial<TransportCapabilities>;
}

/**
 * A messaging server and its network in one page, store-and-forward: it accepts messages, forwards them, and stores
 * messages and notifications for users who are away. Frames are copied, so the devices share no objects.
 */
export interface LoopbackNetwork {
  /**
   * A transport for one device of a user, not connected yet. Several transports of one address are several devices:
   * each receives the messages for the address, and echoes of the messages of the others.
   * @throws FlowError `invalid-argument` for an empty address.
   */
  connect(address: string, options?: LoopbackConnectOptions): Transport;
  /** Cuts or restores the link of an address. Frames on it are lost on the way up, and stored on the way down. */
  setOnline(address: string, online: boolean): void;
  /**
   * Sets the faults of all links, or those of one address, which take precedence. A fault that the call does not name is
   * off (for one address: as for all). A frame crosses two links, that of its sender and that of its recipient.
   * @throws FlowError `out-of-range` naming option, value and range; then nothing is changed.
   */
  setFaults(faults: LinkFaults, address?: string): void;
  /**
   * Closes an address permanently: its transports end as `closed`, with the error if one is given, and messages to it are
   * refused with 404.
   */
  close(address: string, error?: FlowError): void;
  /** Calls back with the outcome of each frame. Returns a function that unsubscribes. */
  onFrame(listener: (frame: LoopbackFrame) => void): () => void;
}

/** A frame or a handshake in transit. */
type Transit =
  | { readonly kind: 'handshake'; readonly device: Device }
  | { readonly kind: 'up'; readonly device: Device; readonly frame: UpFrame; readonly copy: boolean }
  | { readonly kind: 'down'; readonly device: Device; readonly frame: DownFrame };

/**
 * Creates a network without faults or delay. It needs only a clock, and keeps no timer while no device is connected.
 * @throws FlowError `out-of-range` for faults outside their range.
 */
export function createLoopbackNetwork(options: LoopbackNetworkOptions = {}): LoopbackNetwork {
  const { clock = systemClock, random = systemRandom } = options;
  let faults = checkFaults(options.faults ?? {});
  const ownFaults = new Map<string, LinkFaults>();
  const cut = new Set<string>();
  const observers = new Set<(frame: LoopbackFrame) => void>();

  const schedule = createSchedule<Transit>(clock, arrive);
  const server = createServer({
    now: () => clock.now(),
    send: sendDown,
    observe: (to, frame, outcome) => observe(() => labelDown(to, frame), outcome),
  });

  const faultsOf = (device: Device): LinkFaults => ({ ...faults, ...ownFaults.get(device.address) });

  function observe(label: () => FrameLabel, outcome: LoopbackFrame['outcome']): void {
    if (observers.size === 0) return;
    const frame: LoopbackFrame = { ...label(), at: clock.now(), outcome };
    for (const observer of Array.from(observers)) observer(frame);
  }

  function sendUp(device: Device, frame: UpFrame): void {
    // Parsed before it is sent, so that a malformed frame throws at its sender.
    const label = labelUp(device.address, frame);
    const arrivals = crossLink(device.up, faultsOf(device), schedule.now(), random);
    observeDeparture(arrivals, () => label);
    for (const [index, time] of arrivals.entries()) {
      schedule.add({ kind: 'up', device, frame, copy: index > 0 }, time);
    }
  }

  function sendDown(device: Device, frame: DownFrame): void {
    const now = schedule.now();
    // Presence is a state that the server reports: if a report were lost, nothing would correct it.
    const isPresence = frame.kind === 'event' && frame.event.type === 'participant';
    const arrivals = isPresence
      ? [crossReliably(device.down, faultsOf(device), now, random)]
      : crossLink(device.down, faultsOf(device), now, random);
    observeDeparture(arrivals, () => labelDown(device.address, frame));
    for (const time of arrivals) schedule.add({ kind: 'down', device, frame }, time);
  }

  function observeDeparture(arrivals: readonly number[], label: () => FrameLabel): void {
    if (arrivals.length === 0) observe(label, 'lost');
    if (arrivals.length > 1) observe(label, 'duplicated');
  }

  function arrive(transit: Transit): void {
    const { device } = transit;
    if (transit.kind === 'handshake') {
      device.linked = true;
      server.online(device);
      device.setStatus({ state: 'online' });
    } else if (transit.kind === 'up') {
      observe(() => labelUp(device.address, transit.frame), 'delivered');
      server.receive(device, transit.frame, transit.copy);
    } else if (device.take(transit.frame)) {
      observe(() => labelDown(device.address, transit.frame), 'delivered');
    } else {
      server.unhandled(device, transit.frame);
    }
  }

  /** Begins a connection, if the link is not cut. It takes the time of a frame there and back. */
  function establish(device: Device): void {
    if (cut.has(device.address)) return;
    device.setStatus({ state: 'connecting' });
    schedule.add({ kind: 'handshake', device }, schedule.now() + 2 * (faultsOf(device).delay ?? 0));
  }

  /** Ends the connection at once. Frames on the way up are lost; those on the way down return to the server. */
  function breakLink(device: Device): void {
    const transits = schedule.remove((transit) => transit.device === device);
    for (const transit of transits) {
      if (transit.kind === 'up') observe(() => labelUp(device.address, transit.frame), 'dropped');
    }
    if (!device.linked) return;
    device.linked = false;
    server.offline(
      device,
      transits.flatMap((transit) => (transit.kind === 'down' ? [transit.frame] : [])),
    );
    device.failPending('The connection was lost before the response arrived.');
  }

  function signOn(device: Device): void {
    if (server.isClosed(device.address)) {
      device.setStatus({ state: 'closed' });
      return;
    }
    server.attach(device);
    establish(device);
  }

  /** Ends the connection gracefully: sent frames still arrive. */
  function signOff(device: Device): void {
    for (const transit of schedule.remove(({ kind, device: other }) => kind === 'up' && other === device))
      arrive(transit);
    breakLink(device);
    server.detach(device);
    device.setStatus({ state: 'offline' });
  }

  return {
    connect(address, { capabilities } = {}) {
      if (typeof address !== 'string' || address === '') {
        throw new FlowError('invalid-argument', 'address must be a non-empty string that names the user.');
      }
      const able = { ...pageCapabilities, offlineDelivery: true, ...capabilities };
      if (able.history === true) server.keepArchive();
      return createDevice(address, able, { signOn, signOff, send: sendUp, channelOpened: server.channelOpened })
        .transport;
    },
    setOnline(address, online) {
      if (online === !cut.has(address)) return;
      if (online) cut.delete(address);
      else cut.add(address);
      for (const device of server.devices(address)) {
        if (online) {
          establish(device);
        } else {
          breakLink(device);
          device.setStatus({ state: 'offline' });
        }
      }
    },
    setFaults(given, address) {
      const checked = checkFaults(given);
      if (address === undefined) faults = checked;
      else ownFaults.set(address, checked);
    },
    close(address, error) {
      const devices = server.devices(address);
      for (const device of devices) {
        breakLink(device);
        server.detach(device);
      }
      server.close(address);
      for (const device of devices) device.setStatus({ state: 'closed', ...(error === undefined ? {} : { error }) });
    },
    onFrame(listener) {
      const observer = (frame: LoopbackFrame): void => listener(frame);
      observers.add(observer);
      return () => {
        observers.delete(observer);
      };
    },
  };
}
