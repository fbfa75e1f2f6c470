import type { Limits } from './options.ts';
import type { SessionSocket } from './sessionSocket.ts';

/**
 * Limits the rate at which a client is read: a client that is too fast is read later; none of its frames is refused.
 */
export interface Pacing {
  /** A frame was read. */
  count(): void;
  /** A request is worked on, until `end`. */
  begin(): void;
  end(): void;
  /** The socket has closed. */
  stop(): void;
}

export interface PacingOptions {
  readonly socket: Pick<SessionSocket, 'pause' | 'resume'>;
  readonly limits: Pick<Limits, 'maxInFlight' | 'maxFramesPerSecond'>;
  readonly now: () => number;
}

export function createPacing({ socket, limits: { maxInFlight, maxFramesPerSecond }, now }: PacingOptions): Pacing {
  let inFlight = 0;
  let allowance = maxFramesPerSecond;
  let countedAt = now();
  let isStopped = false;
  let isPaused = false;
  let resumeTimer: NodeJS.Timeout | undefined;

  function adjust(): void {
    if (isStopped) return;
    const wasPaused = isPaused;
    isPaused = inFlight >= maxInFlight || resumeTimer !== undefined;
    if (isPaused === wasPaused) return;
    if (isPaused) socket.pause();
    else socket.resume();
  }

  return {
    count() {
      const time = now();
      allowance = Math.min(maxFramesPerSecond, allowance + ((time - countedAt) * maxFramesPerSecond) / 1_000) - 1;
      countedAt = time;
      if (allowance > 0 || resumeTimer !== undefined) return;
      // Until the allowance is above zero again.
      resumeTimer = setTimeout(
        () => {
          resumeTimer = undefined;
          adjust();
        },
        Math.ceil(((1 - allowance) * 1_000) / maxFramesPerSecond),
      );
      adjust();
    },
    begin() {
      inFlight += 1;
      adjust();
    },
    end() {
      inFlight -= 1;
      adjust();
    },
    stop() {
      isStopped = true;
      clearTimeout(resumeTimer);
    },
  };
}
