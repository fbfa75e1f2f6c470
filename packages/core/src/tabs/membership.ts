import type { TabCoordinator, TabMembership } from '../ports/tabs.ts';
import { TAB_MESSAGE_VERSION, type TabPost } from './protocol.ts';
import type { FlowInput } from '../engine/inputs.ts';

/** The membership of a flow in the group of tabs. Errors of the coordinator become diagnostics. */
export interface Membership {
  /** Where the coordinator returns no membership, this tab leads alone. */
  join(): void;
  /** Ends the membership, and joins again behind the tabs that wait. */
  rejoin(): void;
  post(post: TabPost): void;
  leave(): void;
}

export function createMembership(
  tabs: TabCoordinator,
  conversation: string,
  dispatch: (input: FlowInput) => void,
  introduce: () => TabPost,
  report: (code: string, message: string, cause: unknown) => void,
): Membership {
  const elected = (): void => dispatch({ type: 'elected' });
  let membership: TabMembership | undefined;

  function withMembership(act: (joined: TabMembership) => void): void {
    try {
      if (membership !== undefined) act(membership);
    } catch (error) {
      report('tab-post-failed', 'Posting to the other tabs failed.', error);
    }
  }

  function post(what: TabPost): void {
    withMembership((joined) => joined.post({ version: TAB_MESSAGE_VERSION, ...what }));
  }

  function leave(): void {
    withMembership((joined) => joined.leave());
    membership = undefined;
  }

  function join(): void {
    try {
      const joined = tabs.join(conversation, {
        elected,
        demoted: () => dispatch({ type: 'demoted' }),
        received: (posted) => dispatch({ type: 'tabMessage', post: posted }),
      });
      if (joined?.post === undefined) throw new TypeError('tabs.join() must return a TabMembership.');
      membership = joined;
      post(introduce());
    } catch (error) {
      report('tabs-unavailable', 'Tab coordination is unavailable: this tab works alone.', error);
      elected();
    }
  }

  return {
    join,
    post,
    leave,
    rejoin() {
      leave();
      join();
    },
  };
}
