import type { AppWords } from '../translations/translations.ts';

/** The reason why there is no connection. */
export interface Problem {
  readonly what: keyof AppWords['connect']['problems'];
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
