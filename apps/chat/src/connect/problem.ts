import type { AppWords } from '../translations/translations.ts';

/** The reason why there is no connection. */
export interface Problem {
  readonly what: keyof AppWords['connect']['problems'];
  /** The field that is wrong, where it is one. */
  readonly field?: 'server' | 'address' | 'with';
  /** What the protocol says to it, in English. */
  readonly detail?: string;
}

/** A problem, thrown. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.what);
    this.problem = problem;
  }
}
