/** Sanitises the logs of the server, and catches exceptions of the logger. */

import type { Logger } from './options.ts';

/** What is logged of an error. */
export interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/**
 * What may be logged of an error. Errors of databases carry whole rows in fields of their own, which are left out.
 * @param secret is replaced wherever it occurs: libraries quote a token that they cannot read.
 */
export function errorFields(error: unknown, secret = ''): ErrorFields {
  const clean = (text: string): string => (secret === '' ? text : text.replaceAll(secret, '[secret]'));
  if (!(error instanceof Error)) return { name: typeof error, message: clean(String(error)) };
  const { code } = error as NodeJS.ErrnoException;
  return {
    name: error.name,
    message: clean(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: clean(error.stack) }),
  };
}

/** Wraps the logger of an application: sanitises errors, and catches exceptions of the logger. */
export function createSafeLogger(logger: Logger | undefined): Logger {
  const write = (level: keyof Logger) => (fields: object, message: string) => {
    const safe = Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? errorFields(value) : (value as unknown),
    ]);
    try {
      logger?.[level](Object.fromEntries(safe) as object, message);
    } catch {
      // There is no other place to report the error.
    }
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
