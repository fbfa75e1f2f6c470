/** Traces as text. */

import type { FlowTransaction } from '@imflow/core';
import type { FlowTrace } from './trace.ts';

const FORMAT = 'imflow-trace-1';

/** Fields that hold what people wrote. */
const TEXTS: ReadonlySet<string> = new Set(['body', 'excerpt', 'text', 'emojis']);

/** The cause of a diagnostic may be any value, also an invalid message with its text. */
const UNKNOWN = 'cause';

/** Options of a printed trace. */
export interface PrintTraceOptions {
  /**
   * Whether the trace contains the texts of messages. Default false: each text is replaced by its length. Addresses,
   * ids and times are always part of it.
   */
  readonly texts?: boolean;
}

/** Writes a trace as JSON. */
export function printTrace(trace: FlowTrace, { texts = false }: PrintTraceOptions = {}): string {
  const known = new Map<string, string>();
  const transactions = trace.transactions.map((transaction) => ({
    ...transaction,
    // Most of the state is the same as before.
    state: Object.fromEntries(
      Object.entries(transaction.state).filter(([name, value]) => {
        const printed = JSON.stringify(value, replacer(texts)) ?? '';
        const isNew = known.get(name) !== printed;
        known.set(name, printed);
        return isNew;
      }),
    ),
  }));
  return JSON.stringify({ format: FORMAT, ...trace, transactions }, replacer(texts), 1);
}

/**
 * Reads a printed trace.
 * @throws TypeError for a text that is no trace, or a trace of a different version.
 */
export function readTrace(text: string): FlowTrace {
  const trace = parse(text);
  if (!isTrace(trace)) throw new TypeError(`This is no trace of the format ${FORMAT}.`);
  let state = {};
  const transactions = trace.transactions.map((transaction) => {
    state = { ...state, ...transaction.state };
    return { ...transaction, state } as FlowTransaction;
  });
  const { localAddress, remote, capabilities, messages, dropped } = trace;
  return { localAddress, remote, capabilities, messages, transactions, dropped };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) => numberOf(value) ?? value);
  } catch (cause) {
    throw new TypeError('This is no JSON.', { cause });
  }
}

function isTrace(value: unknown): value is FlowTrace {
  if (typeof value !== 'object' || value === null) return false;
  const trace = value as Record<string, unknown>;
  return (
    trace['format'] === FORMAT &&
    typeof trace['localAddress'] === 'string' &&
    typeof trace['remote'] === 'string' &&
    typeof trace['capabilities'] === 'object' &&
    Array.isArray(trace['messages']) &&
    Array.isArray(trace['transactions'])
  );
}

/** Writes values that JSON does not have: infinite numbers, errors, sets and maps. Functions are left out. */
function replacer(texts: boolean): (key: string, value: unknown) => unknown {
  return (key, value) => {
    if (!texts && key === UNKNOWN) return undefined;
    if (!texts && TEXTS.has(key)) return withoutText(value);
    if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
    if (value instanceof Error)
      return { name: value.name, message: value.message, ...Object.fromEntries(Object.entries(value)) };
    if (value instanceof Set || value instanceof Map) return [...value];
    return value;
  };
}

function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('$number' in value)) return undefined;
  return Number(value.$number);
}

function withoutText(value: unknown): unknown {
  if (typeof value === 'string') return `[${value.length} characters]`;
  return Array.isArray(value) ? value.map(withoutText) : undefined;
}
