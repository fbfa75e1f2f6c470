/** Reads and writes composing notifications (RFC 3994). */

import type { ComposingState } from '@imflow/core';
import { type Decoded, problem } from './decoded.ts';
import { childOf, escapeXml, readXml } from './xml.ts';

/** The content type of a status message (RFC 3994, section 5). */
export const IS_COMPOSING_TYPE = 'application/im-iscomposing+xml';
const NAMESPACE = 'urn:ietf:params:xml:ns:im-iscomposing';

/** The content of an RFC 3994 status message. */
export interface IsComposing {
  readonly state: ComposingState;
  /** When the next refresh comes at the latest, in ms. On the network whole seconds, at least 1. */
  readonly refresh?: number;
  /** The content type that is being composed: a hint. */
  readonly contentType?: string;
}

/** The longest refresh that is accepted, in seconds. */
const MAX_REFRESH = 86_400;

/**
 * Reads a status message. Any state but `active` is idle (RFC 3994 section 3.5); invalid optional parts are ignored,
 * and so are elements of other namespaces; a root without the right namespace is accepted.
 */
export function decodeIsComposing(source: string): Decoded<IsComposing> {
  const read = readXml(source);
  if ('problem' in read) return read;
  const root = read.value;
  if (root.name !== 'isComposing') return problem(`the root is not isComposing, but ${root.name.slice(0, 40)}`);
  const state = childOf(root, 'state');
  if (state === undefined) return problem('isComposing has no state');
  const refresh = childOf(root, 'refresh')?.text ?? '';
  const contentType = childOf(root, 'contenttype')?.text ?? '';
  const seconds = /^\d{1,9}$/.test(refresh) ? Number(refresh) : 0;
  return {
    value: {
      state: state.text === 'active' ? 'composing' : 'idle',
      ...(seconds > 0 ? { refresh: Math.min(seconds, MAX_REFRESH) * 1_000 } : {}),
      ...(contentType === '' ? {} : { contentType }),
    },
  };
}

/** Writes a status message as RFC 3994 has it; `refresh`, in ms, becomes whole seconds. */
export function encodeIsComposing({ state, refresh, contentType }: IsComposing): string {
  const seconds = refresh === undefined ? 0 : Math.max(1, Math.min(Math.ceil(refresh / 1_000), MAX_REFRESH));
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<isComposing xmlns="${NAMESPACE}">` +
    `<state>${state === 'composing' ? 'active' : 'idle'}</state>` +
    (contentType === undefined ? '' : `<contenttype>${escapeXml(contentType)}</contenttype>`) +
    (state === 'composing' && seconds > 0 ? `<refresh>${seconds}</refresh>` : '') +
    '</isComposing>'
  );
}
