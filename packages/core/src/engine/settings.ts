/** Resolves and checks the settings of a flow. */

import { FlowError, type FlowErrorCode } from '../errors/FlowError.ts';
import type { ComposingPolicy } from '../ports/composing.ts';
import { composingPolicies } from '../typing/policies.ts';
import { isString } from '../validation/guards.ts';
import type { TransportCapabilities } from '../ports/transport.ts';
import type { InstantMessagingFlowTemplate, MessageConsumptionMode } from './flowOptions.ts';

/** The settings of a flow: a template with defaults filled in, validated. */
export interface FlowSettings {
  readonly composingTimeout: number;
  readonly composingPolicy: ComposingPolicy;
  readonly allowExplicitIdle: boolean;
  readonly messageConsumptionMode: MessageConsumptionMode;
  readonly supportedFormats: readonly string[];
  readonly unsupportedFormat: 'refuse' | 'deliver';
  readonly waitForDeliveryNotification: boolean;
  readonly notify: { readonly composing: boolean; readonly delivered: boolean; readonly displayed: boolean };
  readonly trust: (sender: string) => 'trusted' | 'untrusted' | 'blocked';
  readonly sendDelay: number;
  readonly sendTimeout: number;
  readonly maxSendAttempts: number;
  readonly maxMessageLength: number;
  readonly deliveryReportTimeout: number;
  readonly maxPendingDeliveryReports: number;
  readonly pageSize: number;
}

/** A checked value: the given one, or the default where none is given. `option` names it in the error. */
type Check<T> = (option: string, value: unknown) => T;

/** The options that are checked one by one; the other settings depend on more than the template. */
type SingleSettings = Omit<FlowSettings, 'composingPolicy' | 'notify'>;

/** The longest send delay that a template may set, in ms. */
export const MAX_SEND_DELAY = 120_000;

const COMPOSING_TIMEOUT = [1_000, 30_000, 'ms'] as const;

const CHECKS: { readonly [K in keyof SingleSettings]: Check<SingleSettings[K]> } = {
  composingTimeout: number(5_000, ...COMPOSING_TIMEOUT),
  allowExplicitIdle: flag,
  messageConsumptionMode: choice('consumed-locally', 'proxied-to-remote-entity'),
  supportedFormats: formats,
  unsupportedFormat: choice('deliver', 'refuse'),
  waitForDeliveryNotification: flag,
  trust: trustFunction,
  sendDelay: number(0, 0, MAX_SEND_DELAY, 'ms'),
  sendTimeout: number(30_000, 1_000, 600_000, 'ms'),
  maxSendAttempts: number(10, 1, 1_000),
  maxMessageLength: number(100_000, 1, 10_000_000),
  deliveryReportTimeout: number(25_000, 1_000, 30_000, 'ms'),
  maxPendingDeliveryReports: number(1_000, 1, 100_000),
  pageSize: number(50, 1, 1_000),
};

/**
 * Returns the settings of a flow from its template, the provider's defaults and the proposals of the transport.
 * @param ownFormats content types that the flow supports besides those of the application.
 * @throws FlowError naming option, value and range.
 */
export function resolveSettings(
  template: InstantMessagingFlowTemplate,
  defaults: InstantMessagingFlowTemplate,
  capabilities: TransportCapabilities,
  ownFormats: readonly string[] = [],
): FlowSettings {
  const given: Readonly<Record<string, unknown>> = {
    ...valuesOf('defaults', defaults),
    ...valuesOf('template', template),
  };
  const notify = { ...valuesOf('notify', defaults.notify), ...valuesOf('notify', template.notify) };
  const single = Object.entries(CHECKS).map(([option, check]) => [option, check(option, given[option])]);
  const checked = Object.fromEntries(single) as SingleSettings;
  return {
    ...checked,
    supportedFormats: [...checked.supportedFormats, ...ownFormats],
    composingPolicy: resolvePolicy(
      { ...policyOf(defaults.composingPolicy), ...policyOf(template.composingPolicy) },
      capabilities.composing ?? composingPolicies.ucma,
    ),
    notify: {
      composing: flag('notify.composing', notify.composing),
      delivered: flag('notify.delivered', notify.delivered),
      displayed: flag('notify.displayed', notify.displayed),
    },
  };
}

/** @throws FlowError `out-of-range` naming option, value and range. */
export function checkComposingTimeout(value: unknown): number {
  return inRange('composingTimeout', value, ...COMPOSING_TIMEOUT);
}

/** @throws FlowError `out-of-range` naming option, value and range. */
export function checkPageSize(option: string, value: unknown): number {
  return CHECKS.pageSize(option, value);
}

/** The error for an option whose value is not allowed. */
export function mustBe(
  what: string,
  option: string,
  value: unknown,
  code: FlowErrorCode = 'invalid-argument',
): FlowError {
  return new FlowError(code, `${option} is ${show(value)}, but must be ${what}.`);
}

function number(byDefault: number, least: number, most: number, unit?: 'ms'): Check<number> {
  return (option, value) => (value === undefined ? byDefault : inRange(option, value, least, most, unit));
}

/** A number with a unit may be a fraction. */
function inRange(option: string, value: unknown, least: number, most: number, unit?: 'ms'): number {
  if (typeof value === 'number' && value >= least && value <= most && (unit !== undefined || Number.isInteger(value))) {
    return value;
  }
  const range = `${least} to ${most}${unit === undefined ? '' : ` ${unit}`}`;
  throw mustBe(`a number from ${range}`, option, value, 'out-of-range');
}

function policyOf(given: InstantMessagingFlowTemplate['composingPolicy']): Partial<ComposingPolicy> {
  if (typeof given !== 'string') return valuesOf('composingPolicy', given);
  const known: Readonly<Record<string, ComposingPolicy>> = composingPolicies;
  const policy = Object.hasOwn(known, given) ? known[given] : undefined;
  if (policy !== undefined) return policy;
  throw mustBe('ucma, rfc3994, xep0085 or an object', 'composingPolicy', given);
}

function resolvePolicy(given: Partial<ComposingPolicy>, proposed: ComposingPolicy): ComposingPolicy {
  const policy = { ...proposed, ...given };
  if (policy.refresh !== 'never' && policy.refresh !== proposed.refresh) {
    if (proposed.refresh === 'never') {
      const problem = `composingPolicy.refresh is ${show(policy.refresh)}, but the transport forbids refreshes: use 'never'.`;
      throw new FlowError('out-of-range', problem);
    }
    inRange('composingPolicy.refresh', policy.refresh, 1_000, 600_000, 'ms');
  }
  if (policy.expiry !== proposed.expiry) inRange('composingPolicy.expiry', policy.expiry, 1_000, 120_000, 'ms');
  flag('composingPolicy.announce', policy.announce);
  return policy;
}

function formats(option: string, value: unknown): readonly string[] {
  if (value === undefined) return ['text/plain', 'text/html'];
  if (Array.isArray(value) && value.every(isString)) return [...value];
  throw mustBe('a list of content types', option, value);
}

function trustFunction(option: string, value: unknown): FlowSettings['trust'] {
  if (value === undefined) return () => 'trusted';
  if (typeof value === 'function') return value as FlowSettings['trust'];
  throw mustBe("a function of the sender's address", option, value);
}

function flag(option: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? true;
  throw mustBe('true or false', option, value);
}

/** The first one is the default. */
function choice<T extends string>(...choices: readonly [T, ...T[]]): Check<T> {
  return (option, value) => {
    const chosen = value === undefined ? choices[0] : choices.find((candidate) => candidate === value);
    if (chosen !== undefined) return chosen;
    throw mustBe(`one of: ${choices.join(', ')}`, option, value);
  };
}

/** A copy of the options of an object that are not undefined. */
function valuesOf<T extends object>(option: string, options: T | undefined): Partial<T> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) {
    throw mustBe('an object', option, options);
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** A value for an error message: short, and recognisable. */
function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`;
  return Object(value) === value ? `of type ${typeof value}` : String(value);
}
