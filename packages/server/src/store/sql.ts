/** A row of a result. */
export type Row = Readonly<Record<string, unknown>>;

/** A database that speaks the SQL of PostgreSQL. */
export interface Sql {
  /** @param name under which the statement is prepared, once a connection. */
  query(name: string, text: string, values: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs statements without values while no other process does so. */
  migrate(run: (execute: (text: string) => Promise<readonly Row[]>) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}
