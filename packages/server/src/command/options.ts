/** The options of the command `imflow-server`. */

import { parseArgs } from 'node:util';

/** What `imflow-server` was asked to do. */
export interface CommandOptions {
  readonly port: number;
  readonly host: string;
  /** A folder for PGlite; undefined where a database is given. */
  readonly folder: string | undefined;
  readonly database: string | undefined;
  readonly nats: string | undefined;
  /** A folder for the files that users send; undefined where they are refused. */
  readonly files: string | undefined;
  /** Origins whose pages may connect; undefined: those of this machine. */
  readonly origins: readonly string[] | undefined;
}

/** An option of the command is invalid: one sentence for the user of the command. */
export class UsageError extends Error {}

const DEFAULT_FOLDER = '.imflow-data';

export const HELP: string = `imflow-server: a chat server for trying. Everybody is let in under the name that they say.

  --port NUMBER      Where it listens. Default 8787; 0 takes a free one.
  --host ADDRESS     The address it listens on. Default 127.0.0.1: only this machine. 0.0.0.0: the local network too.
  --data FOLDER      Keeps messages in this folder. Default ${DEFAULT_FOLDER}. A loss of power can lose messages.
  --database URL     Keeps messages in PostgreSQL instead: postgres://user:password@host/database.
  --nats URL         Joins several servers on one database by NATS. Default: the database joins them.
  --files FOLDER     Takes files from users and keeps them in this folder. Default: files are refused.
  --origin ORIGIN    Whose pages may connect, such as https://example.com; can be repeated. Default: those of this machine.
  --help             Shows this.
  --version          Shows the version.

For anything but trying, use createChatServer of @imflow/server with an authentication of your own.`;

/**
 * Reads the arguments of the command.
 * @returns `help` or `version` where they were asked for.
 * @throws UsageError that names the option.
 */
export function readArguments(args: readonly string[]): CommandOptions | 'help' | 'version' {
  const values = parse(args);
  if (values.help === true) return 'help';
  if (values.version === true) return 'version';
  const port = Number(values.port ?? 8787);
  if (values.port === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`--port is "${values.port}", but must be a number from 0 to 65535.`);
  }
  const { host = '127.0.0.1', data, database, nats, files, origin: origins } = values;
  if (host === '') throw new UsageError('--host is empty, but must be an address such as 0.0.0.0.');
  if (data === '') throw new UsageError('--data is empty, but must be a folder.');
  if (data !== undefined && database !== undefined) {
    throw new UsageError('--data and --database exclude each other: messages are kept in one place.');
  }
  if (database !== undefined && !hasProtocol(database, ['postgres:', 'postgresql:'])) {
    // It may hold a password.
    throw new UsageError('--database must be an address such as postgres://user:password@host/database.');
  }
  if (nats !== undefined && database === undefined) {
    throw new UsageError('--nats joins servers on one database: it needs --database.');
  }
  if (nats === '') throw new UsageError('--nats is empty, but must be an address such as nats://host:4222.');
  if (files === '') throw new UsageError('--files is empty, but must be a folder.');
  const wrong = origins?.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrong !== undefined) {
    throw new UsageError(`--origin is "${wrong}", but must be an origin such as https://example.com, without a path.`);
  }
  const folder = database === undefined ? (data ?? DEFAULT_FOLDER) : undefined;
  return { port, host, folder, database, nats, files, origins };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: Array.from(args),
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        database: { type: 'string' },
        nats: { type: 'string' },
        files: { type: 'string' },
        origin: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    }).values;
  } catch (error) {
    const [first = ''] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${first.replace(/\.$/, '')}.`);
  }
}

function hasProtocol(url: string, protocols: readonly string[]): boolean {
  return URL.canParse(url) && protocols.includes(new URL(url).protocol);
}
