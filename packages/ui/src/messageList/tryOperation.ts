/** Runs a message operation for the user, and announces the reason of a failure. */

import type { InstantMessagingFlow, SentMessage } from '@imflow/react';
import { announceIn } from '../internal/announce.ts';
import type { Settings } from '../settings/ChatSettings.tsx';

/** The conversation of the operation, and the translations for its failure. */
interface Place {
  readonly flow: InstantMessagingFlow;
  readonly settings: Pick<Settings, 'translations'>;
}

/**
 * Runs an operation on a message for the user. A failure is announced, not thrown: the message may have changed since
 * the user chose it, and the support of the other side is known only afterwards.
 *
 * @param element an element of the document whose announcer announces the failure.
 * @returns whether it was begun.
 */
export function tryOperation(
  { flow, settings: { translations } }: Place,
  element: Element,
  run: () => SentMessage,
): boolean {
  const refuse = (): void => announceIn(element, flow, 'assertive', translations.notSupported);
  try {
    void run().settled.then(({ code }) => code === 'unsupported' && refuse());
    return true;
  } catch {
    refuse();
    return false;
  }
}
