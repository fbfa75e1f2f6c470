import { FlowError } from '../errors/FlowError.ts';
import type { ComposingPolicy } from '../machines/composing.types.ts';
import { composingPolicies } from '../machines/composingPolicies.ts';
import type { TransportCapabilities } from '../ports/transport.ts';
import type { InstantMessagingFlowTemplate, MessageConsumptionMode } from './flow.types.ts';

/** A template with all its values, checked. */
export interface FlowSettings {
  readonly composingTimeout: number;
  readonly composingPolicy: ComposingPolicy;
  readonly explicitIdle: boolean;
  readonly messageConsumptionMode: MessageConsumptionMode;
  readonly supportedFormats: readonly string[];
  readonly unsupportedFormat: 'refuse' | 'deliver';
  readonly waitForDeliveryNotification: boolean;
  readonly notify: { readonly composing: boolean; readonly delivered: boolean; readonly displayed: boolean };
  readonly trust: (sender: string) => 'trusted' | 'untrusted' | 'blocked';
  readonly sendTimeout: number;
  readonly maxSendAttempts: number;
  readonly maxMessageLength: number;
  readonly deliveryReportTimeout: number;
  readonly maxPendingDeliveryReports: number;
  readonly pageSize: number;
}

type NumberOption = {
  [K in keyof FlowSettings]: FlowSettings[K] extends number ? K : never;
}[keyof FlowSettings];

/** Default, least and most of each number; a unit where it has one. */
const NUMBERS: Readonly<Record<NumberOption, readonly [byDefault: number, least: number, most: number, unit?: 'ms']>> =
  {
    composingTimeout: [5_000, 1_000, 30_000, 'ms'],
    sendTimeout: [30_000, 1_000, 600_000, 'ms'],
    maxSendAttempts: [10, 1, 1_000],
    maxMessageLength: [100_000, 1, 10_000_000],
    deliveryReportTimeout: [25_000, 1_000, 30_000, 'ms'],
    maxPendingDeliveryReports: [1_000, 1, 100_000],
    pageSize: [50, 1, 1_000],
  };

/**
 * The settings of a flow out of its template, the provider's defaults and what the wire proposes.
 * @throws FlowError naming option, value and range.
 */
export function resolveSettings(
  template: InstantMessagingFlowTemplate,
  defaults: InstantMessagingFlowTemplate,
  capabilities: TransportCapabilities,
): FlowSettings {
  const given = { ...valuesOf('defaults', defaults), ...valuesOf('template', template) };
  const notify = { ...valuesOf('notify', defaults.notify), ...valuesOf('notify', template.notify) };
  const number = (option: NumberOption): number =>
    given[option] === undefined ? NUMBERS[option][0] : checkNumber(option, given[option]);
  return {
    composingTimeout: number('composingTimeout'),
    composingPolicy: resolvePolicy(
      { ...policyOf(defaults.composingPolicy), ...policyOf(template.composingPolicy) },
      capabilities.composing ?? composingPolicies.ucma,
    ),
    explicitIdle: flag('explicitIdle', given.explicitIdle),
    messageConsumptionMode: choice('messageConsumptionMode', given.messageConsumptionMode, [
      'consumed-locally',
      'proxied-to-remote-entity',
    ]),
    supportedFormats: resolveFormats(given.supportedFormats),
    unsupportedFormat: choice('unsupportedFormat', given.unsupportedFormat, ['deliver', 'refuse']),
    waitForDeliveryNotification: flag('waitForDeliveryNotification', given.waitForDeliveryNotification),
    notify: {
      composing: flag('notify.composing', notify.composing),
      delivered: flag('notify.delivered', notify.delivered),
      displayed: flag('notify.displayed', notify.displayed),
    },
    trust: resolveTrust(given.trust),
    sendTimeout: number('sendTimeout'),
    maxSendAttempts: number('maxSendAttempts'),
    maxMessageLength: number('maxMessageLength'),
    deliveryReportTimeout: number('deliveryReportTimeout'),
    maxPendingDeliveryReports: number('maxPendingDeliveryReports'),
    pageSize: number('pageSize'),
  };
}

/** @throws FlowError `out-of-range` naming option, value and range. */
export function checkNumber(option: NumberOption, value: unknown): number {
  const [, least, most, unit] = NUMBERS[option];
  return inRange(option, value, least, most, unit);
}

function inRange(option: string, value: unknown, least: number, most: number, unit?: string): number {
  if (typeof value === 'number' && value >= least && value <= most && (unit !== undefined || Number.isInteger(value))) {
    return value;
  }
  const range = `${least} to ${most}${unit === undefined ? '' : ` ${unit}`}`;
  throw new FlowError('out-of-range', `${option} is ${show(value)}, but must be a number from ${range}.`);
}

function policyOf(given: InstantMessagingFlowTemplate['composingPolicy']): Partial<ComposingPolicy> {
  if (typeof given !== 'string') return valuesOf('composingPolicy', given);
  const known: Readonly<Record<string, ComposingPolicy>> = composingPolicies;
  const policy = Object.hasOwn(known, given) ? known[given] : undefined;
  if (policy !== undefined) return policy;
  throw new FlowError(
    'invalid-argument',
    `composingPolicy is ${show(given)}, but must be ucma, rfc3994, xep0085 or an object.`,
  );
}

function resolvePolicy(given: Partial<ComposingPolicy>, proposed: ComposingPolicy): ComposingPolicy {
  const policy = { ...proposed, ...given };
  if (policy.refresh !== 'never' && policy.refresh !== proposed.refresh) {
    if (proposed.refresh === 'never') {
      const problem = `composingPolicy.refresh is ${show(policy.refresh)}, but this wire forbids repeating: use 'never'.`;
      throw new FlowError('out-of-range', problem);
    }
    inRange('composingPolicy.refresh', policy.refresh, 1_000, 600_000, 'ms');
  }
  if (policy.expiry !== proposed.expiry) inRange('composingPolicy.expiry', policy.expiry, 1_000, 120_000, 'ms');
  flag('composingPolicy.announce', policy.announce);
  return policy;
}

function resolveFormats(formats: unknown): readonly string[] {
  if (formats === undefined) return ['text/plain', 'text/html'];
  if (Array.isArray(formats) && formats.every((format) => typeof format === 'string')) return [...formats];
  throw new FlowError('invalid-argument', `supportedFormats is ${show(formats)}, but must be a list of content types.`);
}

function resolveTrust(trust: InstantMessagingFlowTemplate['trust']): FlowSettings['trust'] {
  if (trust === undefined) return () => 'trusted';
  if (typeof trust === 'function') return trust;
  throw new FlowError('invalid-argument', `trust is ${show(trust)}, but must be a function of the sender's address.`);
}

function flag(option: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? true;
  throw new FlowError('invalid-argument', `${option} is ${show(value)}, but must be true or false.`);
}

function choice<T extends string>(option: string, value: unknown, choices: readonly [T, ...T[]]): T {
  const chosen = value === undefined ? choices[0] : choices.find((candidate) => candidate === value);
  if (chosen !== undefined) return chosen;
  throw new FlowError('invalid-argument', `${option} is ${show(value)}, but must be one of: ${choices.join(', ')}.`);
}

/** A copy of the options that an object really gives. */
function valuesOf<T extends object>(option: string, options: T | undefined): Partial<T> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) {
    throw new FlowError('invalid-argument', `${option} is ${show(options)}, but must be an object.`);
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** A value for an error message: short, and recognisable. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`;
  return Object(value) === value ? `of type ${typeof value}` : String(value);
}
