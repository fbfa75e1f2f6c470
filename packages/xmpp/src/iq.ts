/** Sends IQ requests and matches their results. */

import type { Transport } from '@imflow/core';
import { canonicalOf } from './address.ts';
import { NS } from './namespaces.ts';
import { conditionOf } from './stanzaError.ts';
import { element, type XmlElement } from './xml.ts';

/** A transport over XMPP. */
export interface XmppTransport extends Transport {
  /**
   * Sends an IQ request (RFC 6120 section 8.2.3) over the connection, for extensions of your own. Resolves with the
   * result. Rejects with an {@link IqError}.
   * @param payload its only child.
   * @param to the full address of who is asked, or its domain. Default: the own account.
   */
  requestIq(type: 'get' | 'set', payload: XmlElement, to?: string): Promise<XmlElement>;
}

/** IQ requests that await their results. */
export interface IqTracker {
  /**
   * Sends a request. Rejects with an IqError if it is refused, if no response comes in time, or if the stream breaks.
   * @param to a full address; absent: the own server.
   */
  request(type: 'get' | 'set', payload: XmlElement, to?: string): Promise<XmlElement>;
  /** Handles an answer. Only an answer of the address that was asked counts. */
  handleResponse(iq: XmlElement, isOwnServer: boolean): void;
  /** The stream broke. */
  rejectAll(): void;
}

/**
 * Why a request failed: `refused` with a condition of RFC 6120 section 8.3.3, `silent` where no answer came in time, or
 * `broken` as the connection, also where there was none.
 */
export class IqError extends Error {
  override readonly name = 'RequestFailed';
  readonly reason: 'refused' | 'silent' | 'broken';
  readonly condition: string | undefined;
  /** The answer that refuses the request. */
  readonly answer: XmlElement | undefined;

  constructor(reason: 'refused' | 'silent' | 'broken', answer?: XmlElement) {
    const condition = answer && conditionOf(answer);
    super(`The request failed: ${condition ?? reason}.`);
    this.reason = reason;
    this.condition = condition;
    this.answer = answer;
  }
}

/** Whether a request was refused. */
export function isRefusal(error: unknown): error is IqError {
  return error instanceof IqError && error.reason === 'refused';
}

/** @param wait calls back when a response is overdue; returns a function that cancels. */
export function createIqTracker(send: (iq: XmlElement) => void, wait: (overdue: () => void) => () => void): IqTracker {
  const pending = new Map<string, { to: string | undefined; settle: (answer: XmlElement | IqError) => void }>();
  let last = 0;
  return {
    request: (type, payload, to) =>
      new Promise((resolve, reject) => {
        last += 1;
        const id = `q${last}`;
        const stop = wait(() => pending.get(id)?.settle(new IqError('silent')));
        const settle = (answer: XmlElement | IqError): void => {
          pending.delete(id);
          stop();
          if (answer instanceof IqError) reject(answer);
          else if (answer.attributes['type'] === 'result') resolve(answer);
          else reject(new IqError('refused', answer));
        };
        pending.set(id, { to, settle });
        send(element('iq', NS.client, { type, id, to }, payload));
      }),
    handleResponse(iq, isOwnServer) {
      const { id = '', from = '' } = iq.attributes;
      const asked = pending.get(id);
      const answers = asked?.to === undefined ? isOwnServer : canonicalOf(from) === canonicalOf(asked.to);
      if (answers) asked?.settle(iq);
    },
    rejectAll() {
      for (const { settle } of Array.from(pending.values())) settle(new IqError('broken'));
    },
  };
}
