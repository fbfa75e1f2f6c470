/** Checks of the options and results of uploaders. */

import { FlowError } from '../errors/FlowError.ts';
import { TransportFailure } from '../ports/transport.ts';

/** @throws FlowError `invalid-argument` that names the option. */
export function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new FlowError('invalid-argument', `${option} is ${show(value)}, but must be a function.`);
  }
}

/** @throws FlowError `invalid-argument` that names the option. */
export function checkHttpAddress(option: string, value: unknown): void {
  if (isHttpAddress(value)) return;
  throw new FlowError('invalid-argument', `${option} is ${show(value)}, but must be an https:// or http:// address.`);
}

/** @throws FlowError `out-of-range` that names the option. */
export function checkBytes(option: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new FlowError(
    'out-of-range',
    `${option} is ${show(value)}, but must be a whole number from 1 to ${max} bytes.`,
  );
}

/** An address that a function of the application returned. @throws TransportFailure that is not retryable. */
export function requireHttpAddress(source: string, value: unknown): string {
  if (isHttpAddress(value)) return value;
  throw new TransportFailure(500, `${source} is ${show(value)}, but must be an https:// or http:// address.`, {
    retryable: false,
  });
}

function isHttpAddress(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value);
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 80)}"` : String(value);
}
