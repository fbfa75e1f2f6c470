import type { AppWords } from '../translations/translations.ts';

/** The reason why there is no connection. */
export interface Problem {
  readonly what: keyof AppWords['connect']['problems'];
  /** The invalid field, if the problem is that of one field. */
  readonly field?: 'server' | 'address' | 'with';
  /** The message of the transport, in English. */
  readonly detail?: string;
}

/** The error that carries a problem. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.what);
    this.problem = problem;
  }
}
