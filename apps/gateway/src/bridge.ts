import {
  type Clock,
  createInstantMessagingFlow,
  type Diagnostic,
  type InstantMessagingFlow,
  type InstantMessagingFlowTemplate,
  systemClock,
  type Transport,
} from '@imflow/core';
import { type Counterpart, relayOperations } from './operations.ts';
import { createRelay, type Relay } from './relay.ts';

/** One side of a bridge: the gateway's account there, and the user on that side. */
export interface BridgeSide {
  readonly transport: Transport;
  /** Address of the person on this side. */
  readonly remote: string;
}

export interface BridgeOptions {
  readonly sides: readonly [BridgeSide, BridgeSide];
  /**
   * How long the far side may take to report the outcome of a message, in ms; then the sender receives 408. Below the 25 s
   * after which the engine would report it. 1 000 to 24 000, default 20 000.
   */
  readonly reportTimeout?: number;
  /**
   * After this number of messages both flows are created again, as soon as no message is in flight: a flow keeps its
   * conversation in memory, which a gateway does not need. Default 1 000.
   */
  readonly renewAfter?: number;
  /** Receives the diagnostics of both sides, which never contain a message's body. */
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
  /** Default: the system clock. */
  readonly clock?: Clock;
}

/** The counts of pending work of a bridge. */
export interface BridgeCounts {
  /** Messages whose senders await a report. */
  readonly pending: number;
  /** Messages that were forwarded and await the far side's report. */
  readonly underWay: number;
  /** Messages that the flows keep in memory. */
  readonly kept: number;
  /** How often the flows were created again. */
  readonly renewals: number;
}

/** A bridge between two users on two networks. */
export interface Bridge {
  readonly counts: BridgeCounts;
  /** Both sides are connected. */
  readonly isOnline: boolean;
  stop(): void;
}

interface Span {
  readonly flows: readonly [InstantMessagingFlow, InstantMessagingFlow];
  readonly relays: readonly [Relay, Relay];
}

/**
 * Connects both sides: each message is accepted, forwarded, and reported to its sender only when the far side has
 * answered. Typing and displayed receipts are forwarded. Edits, retractions and reactions are forwarded if both sides
 * support them; else they cause a diagnostic `operation-dropped`. A reply whose target the far side does not know is
 * forwarded as a message, with a diagnostic `reply-dropped`.
 * @throws RangeError if `reportTimeout` is out of range.
 */
export function createBridge(options: BridgeOptions): Bridge {
  const { sides, reportTimeout = 20_000, renewAfter = 1_000, onDiagnostic, clock = systemClock } = options;
  const template: InstantMessagingFlowTemplate = {
    messageConsumptionMode: 'proxied-to-remote-entity',
    supportedFormats: ['*'],
    // Composing times out only if the near side sends nothing more.
    composingTimeout: 30_000,
    // A little longer, so that messages that wait behind a silent far side are discarded and not sent.
    sendTimeout: reportTimeout + 1_000,
    // The sender decides about a retry.
    maxSendAttempts: 1,
  };
  if (!(reportTimeout >= 1_000 && reportTimeout <= 24_000)) {
    throw new RangeError(`reportTimeout is ${reportTimeout}, but must be a number from 1000 to 24000 ms.`);
  }
  const dropped = (diagnostic: Diagnostic): void => onDiagnostic?.(diagnostic);
  let renewals = 0;
  let isChecking = false;
  let isStopped = false;
  let span = open();

  function open(): Span {
    const flows = sides.map(({ transport, remote }) =>
      createInstantMessagingFlow({ transport, remote, template, clock }),
    ) as [InstantMessagingFlow, InstantMessagingFlow];
    // A message of the near side, or one of the far side that was forwarded to the near one.
    const counterpartOf =
      (near: 0 | 1, far: 0 | 1): Counterpart =>
      (id) =>
        relays[near].farId(id) ?? relays[far].nearId(id);
    const relay = (near: 0 | 1, far: 0 | 1): Relay => {
      const counterpart = counterpartOf(near, far);
      relayOperations(flows[near], flows[far], counterpart, dropped);
      return createRelay(flows[near], flows[far], { clock, reportTimeout, counterpart, onDropped: dropped });
    };
    const relays = [relay(0, 1), relay(1, 0)] as const;
    for (const flow of flows) {
      if (onDiagnostic !== undefined) flow.on('diagnostic', (diagnostic) => onDiagnostic(asDropped(diagnostic)));
      flow.store.subscribe(checkLater);
      flow.start();
    }
    return { flows, relays };
  }

  function counts(): BridgeCounts {
    const states = span.flows.map((flow) => flow.store.getState());
    return {
      pending: sum(states.map((state) => state.pendingDeliveryReports)),
      underWay: sum(span.relays.map((relay) => relay.underWay)),
      kept: sum(states.map((state) => state.messageCount)),
      renewals,
    };
  }

  /** Defers the check, since a flow must not be replaced within its own transaction. */
  function checkLater(): void {
    if (isChecking) return;
    isChecking = true;
    queueMicrotask(() => {
      isChecking = false;
      const { pending, underWay, kept } = counts();
      const isSending = span.flows.some((flow) => flow.store.getState().outboxCount > 0);
      if (isStopped || kept < renewAfter || pending + underWay > 0 || isSending) return;
      renewals += 1;
      const old = span;
      // The new flows are opened first, so that the transports stay connected.
      span = open();
      close(old);
    });
  }

  return {
    get counts() {
      return counts();
    },
    get isOnline() {
      return span.flows.every((flow) => flow.store.getState().connection === 'online');
    },
    stop() {
      isStopped = true;
      close(span);
    },
  };
}

/** An operation on a message from before the flows were renewed, or from before the gateway was started. */
function asDropped(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.code !== 'operation-unmatched') return diagnostic;
  const message = 'An operation was not forwarded: the gateway no longer knows its message.';
  return { code: 'operation-dropped', message };
}

function close({ flows, relays }: Span): void {
  for (const relay of relays) relay.stop();
  for (const flow of flows) flow.terminate();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
