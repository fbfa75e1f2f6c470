/** The options of a flow, and its template. */

import type { ComposingPolicy } from '../ports/composing.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { FileTransfer } from '../ports/files.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import type { Transport } from '../ports/transport.ts';

/** UCMA `InstantMessageConsumptionMode`. */
export type MessageConsumptionMode = 'consumed-locally' | 'proxied-to-remote-entity';

/** The names of ready-made composing policies. */
export type ComposingPolicyName = 'ucma' | 'rfc3994' | 'xep0085';

/** UCMA `InstantMessagingFlowTemplate`: the settings of a flow. Values are taken by copy. */
export interface InstantMessagingFlowTemplate {
  /** The time without `composing` after which local composing reverts to idle, in ms. 1 000 to 30 000, default 5 000. */
  readonly composingTimeout?: number;
  /** The timing of composing notifications: a preset or single values. Default: the timing of the transport. */
  readonly composingPolicy?: ComposingPolicyName | Partial<ComposingPolicy>;
  /** Whether `setLocalComposingState('idle')` is allowed. Default true; false is the literal reading of UCMA. */
  readonly allowExplicitIdle?: boolean;
  /** Default `consumed-locally`. */
  readonly messageConsumptionMode?: MessageConsumptionMode;
  /** Content types that the application supports, `*` for all. Default `text/plain` and `text/html`. */
  readonly supportedFormats?: readonly string[];
  /**
   * A received message of another type is refused with 415, or delivered and shown as unsupported. Default `deliver`.
   */
  readonly unsupportedFormat?: 'refuse' | 'deliver';
  /** Whether `settled` waits for the delivery notification, if the transport supports them. Default true. */
  readonly waitForDeliveryNotification?: boolean;
  /** The notifications that the participant may receive. Each is on by default; one that is off is not sent. */
  readonly notify?: {
    readonly composing?: boolean;
    readonly delivered?: boolean;
    readonly displayed?: boolean;
  };
  /**
   * How the engine treats a sender: `untrusted` receives no notifications, `blocked` is ignored. Default: all trusted.
   */
  readonly trust?: (sender: string) => 'trusted' | 'untrusted' | 'blocked';
  /**
   * A new message is held for this time before it is sent, in ms, so that its author can still discard it ("undo
   * send"); a file, once it is uploaded. See `MessageRecord.heldUntil`. 0 to 120 000, default 0: it is sent at once.
   */
  readonly sendDelay?: number;
  /** A message without a response fails after this time, in ms. 1 000 to 600 000, default 30 000. */
  readonly sendTimeout?: number;
  /** How often a message is retried after retryable failures before it fails. 1 to 1 000, default 10. */
  readonly maxSendAttempts?: number;
  /** The longest body in characters. 1 to 10 000 000, default 100 000. */
  readonly maxMessageLength?: number;
  /**
   * Proxied mode: a message without a report fails with 408 after this time, in ms. 1 000 to 30 000, default 25 000.
   */
  readonly deliveryReportTimeout?: number;
  /** Proxied mode: how many messages may await their report; more are refused with 503. 1 to 100 000, default 1 000. */
  readonly maxPendingDeliveryReports?: number;
  /** How many stored messages are read at a time. 1 to 1 000, default 50. */
  readonly pageSize?: number;
}

/** Options of a flow: transport, remote address, and the ports. Only the first two are required. */
export interface InstantMessagingFlowOptions {
  /** The connection of the local user. Flows may share it. */
  readonly transport: Transport;
  /** Address of the remote participant. */
  readonly remote: string;
  readonly template?: InstantMessagingFlowTemplate;
  /** Settings for all flows of a provider; the flow's own template wins. */
  readonly defaults?: InstantMessagingFlowTemplate;
  /** Keeps messages and the outbox over reloads. Default: memory only. */
  readonly storage?: MessageStorage;
  /**
   * Lets the tabs of one user share the conversation: one leads and uses the transport, the others follow it. Not for
   * the proxied mode. Default: this flow is alone.
   */
  readonly tabs?: TabCoordinator;
  /** Sends and receives files: `createFileTransfer` of `@imflow/core/files`. Default: a file is an unsupported message. */
  readonly files?: FileTransfer;
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** Default: the system's cryptographic random source. */
  readonly random?: Random;
}
