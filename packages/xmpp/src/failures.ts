/** Failures of the transport. */

import { TransportFailure } from '@imflow/core';
import { isRefusal } from './iq.ts';
import type { XmlElement } from './xml.ts';

/** A retryable failure. */
export function retryableFailure(reason: string): TransportFailure {
  return new TransportFailure(503, reason, { retryable: true });
}

/** @throws every error that is not a refusal: a server may not support the request. */
export function unlessRefused(error: unknown): void {
  if (!isRefusal(error)) throw error;
}

/** @throws TransportFailure 400 for a value that cannot be written as a stanza. */
export function wellFormed(write: () => XmlElement): XmlElement {
  try {
    return write();
  } catch (cause) {
    throw new TransportFailure(400, 'Invalid argument: the value cannot be written as XMPP.', {
      retryable: false,
      cause,
    });
  }
}
