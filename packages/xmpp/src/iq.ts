import { NS } from './namespaces.ts';
import { conditionOf } from './stanzaError.ts';
import { element, type XmlElement } from './xml.ts';

/** Questions to the server (`<iq/>`) that await their answers. */
export interface IqTracker {
  /** Sends a question. Rejects with an IqError where the server refuses, is silent for too long, or the stream breaks. */
  request(type: 'get' | 'set', payload: XmlElement): Promise<XmlElement>;
  handleResponse(iq: XmlElement): void;
  /** The stream broke. */
  rejectAll(): void;
}

/** Why there is no answer: `refused` with a condition of RFC 6120 section 8.3.3, `silent`, or `broken`, as the stream. */
export class IqError extends Error {
  override readonly name = 'RequestFailed';
  readonly reason: 'refused' | 'silent' | 'broken';
  readonly condition: string | undefined;

  constructor(reason: 'refused' | 'silent' | 'broken', condition?: string) {
    super(`The request got no answer: ${condition ?? reason}.`);
    this.reason = reason;
    this.condition = condition;
  }
}

/** @param wait calls back when an answer is overdue; returns what cancels it. */
export function createIqTracker(send: (iq: XmlElement) => void, wait: (overdue: () => void) => () => void): IqTracker {
  const pending = new Map<string, (answer: XmlElement | IqError) => void>();
  let last = 0;
  return {
    request: (type, payload) =>
      new Promise((resolve, reject) => {
        last += 1;
        const id = `q${last}`;
        const stop = wait(() => pending.get(id)?.(new IqError('silent')));
        pending.set(id, (answer) => {
          pending.delete(id);
          stop();
          if (answer instanceof IqError) reject(answer);
          else if (answer.attributes['type'] === 'result') resolve(answer);
          else reject(new IqError('refused', conditionOf(answer)));
        });
        send(element('iq', NS.client, { type, id }, payload));
      }),
    handleResponse: (iq) => pending.get(iq.attributes['id'] ?? '')?.(iq),
    rejectAll() {
      for (const settle of Array.from(pending.values())) settle(new IqError('broken'));
    },
  };
}
