import { NS } from './namespaces.ts';
import { element, type XmlElement } from './xml.ts';

/** Questions to the server (`<iq/>`) that await their answers. */
export interface Requests {
  /** Sends a question. Rejects where the server refuses, does not answer in time, or the link breaks. */
  ask(type: 'get' | 'set', payload: XmlElement): Promise<XmlElement>;
  answered(iq: XmlElement): void;
  /** The link broke. */
  failAll(): void;
}

/** @param wait calls back when an answer is overdue; returns what cancels it. */
export function createRequests(send: (iq: XmlElement) => void, wait: (overdue: () => void) => () => void): Requests {
  const pending = new Map<string, { settle(answer: XmlElement | undefined): void }>();
  let last = 0;
  return {
    ask: (type, payload) =>
      new Promise((resolve, reject) => {
        last += 1;
        const id = `q${last}`;
        const stop = wait(() => pending.get(id)?.settle(undefined));
        pending.set(id, {
          settle(answer) {
            pending.delete(id);
            stop();
            if (answer?.attributes['type'] === 'result') resolve(answer);
            else reject(new Error('The server did not answer the request, or refused it.'));
          },
        });
        send(element('iq', NS.client, { type, id }, payload));
      }),
    answered: (iq) => pending.get(iq.attributes['id'] ?? '')?.settle(iq),
    failAll() {
      for (const request of Array.from(pending.values())) request.settle(undefined);
    },
  };
}
