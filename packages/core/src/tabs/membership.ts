import type { TabCoordinator, TabMembership } from '../ports/tabs.ts';
import { TAB_MESSAGE_VERSION, type TabPost } from './protocol.ts';
import type { FlowInput } from '../engine/inputs.ts';

/** The flow's place among the tabs of its conversation. What the coordination throws is reported and stops nothing. */
export interface Membership {
  /** Where there is no seat to be had, this tab speaks for itself. */
  join(): void;
  /** Gives up the seat, and takes one again behind the tabs that wait. */
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
  let seat: TabMembership | undefined;

  function withSeat(act: (taken: TabMembership) => void): void {
    try {
      if (seat !== undefined) act(seat);
    } catch (error) {
      report('tab-post-failed', 'Other tabs could not be reached.', error);
    }
  }

  function post(what: TabPost): void {
    withSeat((taken) => taken.post({ version: TAB_MESSAGE_VERSION, ...what }));
  }

  function leave(): void {
    withSeat((taken) => taken.leave());
    seat = undefined;
  }

  function join(): void {
    try {
      const taken = tabs.join(conversation, {
        elected,
        demoted: () => dispatch({ type: 'demoted' }),
        received: (posted) => dispatch({ type: 'tabMessage', post: posted }),
      });
      if (taken?.post === undefined) throw new TypeError('It gave none.');
      seat = taken;
      post(introduce());
    } catch (error) {
      report('tabs-unavailable', 'This tab got no seat.', error);
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
