/** Whom the user of a session may talk with, as the application says. */

import type { ChatServerOptions, Logger } from './options.ts';

/** Asks the application once for each participant, and again only where it threw. No user talks with themselves. */
export function createPermissions(
  mayTalk: ChatServerOptions['mayTalk'],
  logger: Logger,
): (user: string, other: string) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();

  return (user, other) => {
    const answer = answers.get(other) ?? ask(user, other);
    answers.set(other, answer);
    return answer;
  };

  async function ask(user: string, other: string): Promise<boolean> {
    if (user === other) return false;
    try {
      return (await mayTalk?.(user, other)) ?? true;
    } catch (error) {
      logger.error({ error }, 'mayTalk threw');
      answers.delete(other);
      return false;
    }
  }
}
