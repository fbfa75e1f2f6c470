/** Guards against translation functions of the application that throw. */

import type { Translations } from './translations.ts';

/**
 * Merges translations of the application with the inherited ones. If a function of the application throws, the inherited
 * one is used, and the error is reported as an uncaught error, so that nothing else is affected.
 */
export function guardTranslations(given: Partial<Translations>, above: Translations): Translations {
  return guard({ ...above, ...given }, above) as Translations;
}

function guard(given: object, above: object): object {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]: [string, unknown]) => {
      const other = (above as Record<string, unknown>)[name];
      if (value === other) return [name, value];
      if (typeof value === 'function' && typeof other === 'function') return [name, either(value, other)];
      const isGroup = typeof value === 'object' && value !== null && typeof other === 'object' && other !== null;
      return [name, isGroup ? guard(value, other) : value];
    }),
  );
}

function either(given: Function, above: Function): (...values: unknown[]) => unknown {
  return (...values) => {
    try {
      return given(...values) as unknown;
    } catch (error) {
      globalThis.reportError?.(error);
      return above(...values) as unknown;
    }
  };
}
