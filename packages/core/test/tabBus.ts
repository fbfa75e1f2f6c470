import type { Clock } from '../src/ports/clock.ts';
import type { BroadcastChannelLike } from '../src/transports/broadcastChannel/broadcastChannelTransport.ts';

type Member = (type: string, data: unknown) => void;

/**
 * Broadcast channels in virtual time. They reach each other like those of a browser: copies, in order, never to
 * oneself.
 */
export class TabBus {
  readonly #clock: Clock;
  readonly members = new Set<Member>();
  readonly log: unknown[] = [];
  /** Members that read nothing at the moment, as in a frozen tab. */
  readonly frozen = new Map<Member, unknown[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly create = (): BroadcastChannelLike => {
    const listeners: [string, (event: { data: unknown }) => void][] = [];
    const member: Member = (type, data) => {
      for (const [wanted, listener] of listeners) if (wanted === type) listener({ data });
    };
    this.members.add(member);
    return {
      addEventListener: (type, listener) => void listeners.push([type, listener]),
      postMessage: (data) => {
        if (this.members.has(member)) this.post(data, member);
      },
      close: () => void this.members.delete(member),
    };
  };

  post(data: unknown, from?: Member): void {
    this.log.push(data);
    for (const member of this.members) {
      if (member === from) continue;
      const copy = structuredClone(data);
      this.#clock.setTimer(() => {
        const waiting = this.frozen.get(member);
        if (waiting === undefined) member('message', copy);
        else waiting.push(copy);
      }, 0);
    }
  }

  /** The member that joined last stops reading; the returned function lets it continue. */
  freezeLast(): () => void {
    return this.#freeze(this.#last());
  }

  /** The member that joined first stops reading; the returned function lets it continue. */
  freezeFirst(): () => void {
    const [member] = this.members;
    if (member === undefined) throw new Error('no member has joined the channel');
    return this.#freeze(member);
  }

  #freeze(member: Member): () => void {
    const waiting: unknown[] = [];
    this.frozen.set(member, waiting);
    return () => {
      this.frozen.delete(member);
      for (const data of waiting) member('message', data);
    };
  }

  /** The member that joined last neither posts nor receives; the returned function restores it. */
  loseFramesOfLast(): () => void {
    const member = this.#last();
    this.members.delete(member);
    return () => void this.members.add(member);
  }

  /** The member that joined last has crashed: it neither posts nor receives any more. */
  killLast(): void {
    this.members.delete(this.#last());
  }

  #last(): Member {
    const member = Array.from(this.members).at(-1);
    if (member === undefined) throw new Error('no member has joined the channel');
    return member;
  }

  kinds(): unknown[] {
    return this.log.map((frame) => (frame as { kind?: unknown } | null)?.kind);
  }
}
