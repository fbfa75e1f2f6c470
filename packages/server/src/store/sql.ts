/** The interface of an SQL database. */

/** A row of a result. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs a statement. @param name under which it is prepared, once a connection. */
export type Query = (name: string, text: string, values: readonly unknown[]) => Promise<readonly Row[]>;

/** A database that speaks the SQL of PostgreSQL. */
export interface Sql {
  readonly query: Query;
  /** Runs statements in one transaction, where each sees the commits before it began. */
  transaction<T>(run: (query: Query) => Promise<T>): Promise<T>;
  /** Runs statements without values while no other process does so. */
  migrate(run: (execute: (text: string) => Promise<readonly Row[]>) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}
