import type { ComposingPolicy } from '../ports/composing.ts';

/** Ready-made composing timing (see `docs/decisions/`). */
export const composingPolicies: Readonly<Record<'ucma' | 'rfc3994' | 'xep0085', ComposingPolicy>> = {
  /** UCMA: refreshed every 3 s; remote composing expires after twice that time and a second. */
  ucma: { refresh: 3_000, expiry: 7_000, announce: false },
  /** RFC 3994: an announced refresh of 60 s or more; 120 s where none is announced. */
  rfc3994: { refresh: 60_000, expiry: 120_000, announce: true },
  /** XEP-0085: a state is never repeated. It expires after 30 s, since the peer may disconnect without notice. */
  xep0085: { refresh: 'never', expiry: 30_000, announce: false },
};
