/** The command `imflow-server`: listens, prints its address, and answers `/health` and `/metrics`. */

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { ChatServer } from '../createChatServer.ts';
import { type CommandOptions, HELP, readArguments, UsageError } from './options.ts';
import { createTrialServer } from './trialServer.ts';

/** Where the command writes. */
export interface CommandOutput {
  /** For people. */
  readonly print: (line: string) => void;
  /** Errors, and the log: one JSON object a line. */
  readonly printError: (line: string) => void;
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Stores the accepted messages, and ends. */
  close(): Promise<void>;
}

/** The result of a command: it runs, or it has ended with an exit code, after it printed the reason. */
export type CommandResult = { readonly server: RunningServer } | { readonly exitCode: number };

/** How long a request may take, in ms: large files arrive on slow lines. One that makes no progress ends sooner. */
const REQUEST_TIMEOUT = 3_600_000;

/** Runs `imflow-server`. Never rejects. */
export async function runCommand(
  args: readonly string[],
  { print, printError }: CommandOutput,
): Promise<CommandResult> {
  let chat: ChatServer | undefined;
  const registry = new Registry();
  const http = createServer({ requestTimeout: REQUEST_TIMEOUT }, (request, response) => {
    void answer(request, response, chat, registry);
  });
  try {
    const options = readArguments(args);
    if (options === 'help' || options === 'version') {
      print(options === 'help' ? HELP : version());
      return { exitCode: 0 };
    }
    print(options.folder === undefined ? 'Opening the database…' : `Opening the folder ${options.folder}…`);
    // First, since a port that is taken is known at once, and a folder takes seconds to open.
    const port = await listen(http, options);
    const logger = pino({ level: 'silent' }, { write: (line) => printError(line.trimEnd()) });
    chat = await createTrialServer(options, logger, registry);
    await opened(chat, options);
    // The reason of a failed start is printed once, for the user of the command.
    logger.level = 'warn';
    chat.attach(http);
    printStart(print, options, port);
    const running = chat;
    return {
      server: {
        port,
        async close() {
          await running.close();
          http.closeAllConnections();
          http.close();
        },
      },
    };
  } catch (error) {
    await chat?.close().catch(() => undefined);
    http.close();
    printError(error instanceof Error ? error.message : String(error));
    if (!(error instanceof UsageError)) return { exitCode: 1 };
    printError('imflow-server --help shows the options.');
    return { exitCode: 2 };
  }
}

async function opened(chat: ChatServer, { folder, files }: CommandOptions): Promise<void> {
  try {
    await chat.ready;
  } catch (error) {
    const { message, path } = error as NodeJS.ErrnoException;
    if (files !== undefined && path?.startsWith(normalize(files)) === true) {
      throw new UsageError(`--files: the folder cannot be used: ${message}`);
    }
    throw new UsageError(
      folder === undefined
        ? `--database: the tables cannot be opened: ${message}`
        : `--data: the folder cannot be used: ${message}`,
    );
  }
}

function listen(http: Server, { port, host }: CommandOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const used = `--port: ${port} is used by another program on ${host}; choose another one.`;
      const wrong = `--host: this machine has no address ${host}.`;
      const reason = { EADDRINUSE: used, EADDRNOTAVAIL: wrong, ENOTFOUND: wrong }[error.code ?? ''];
      reject(reason === undefined ? error : new UsageError(reason));
    });
    http.listen(port, host, () => {
      const address = http.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** `/health` for load balancers, `/metrics` for Prometheus. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  chat: ChatServer | undefined,
  registry: Registry,
): Promise<void> {
  const reply = (status: number, type: string, body: string): void => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  switch ((request.url ?? '').replace(/\?.*$/s, '')) {
    case '/health': {
      const health = (await chat?.health()) ?? { ok: false, connections: 0 };
      reply(health.ok ? 200 : 503, 'application/json', JSON.stringify(health));
      return;
    }
    case '/metrics':
      reply(200, registry.contentType, await registry.metrics());
      return;
    default:
      reply(404, 'text/plain', 'The chat is a WebSocket at /chat.\n');
  }
}

function printStart(print: CommandOutput['print'], { host, folder, files }: CommandOptions, port: number): void {
  const name = host.includes(':') ? `[${host}]` : host;
  print(`The chat server is at ws://${name}:${port}/chat`);
  print('It is for trying: everybody is let in under the name that they say, without a password.');
  if (folder === undefined) print('Messages are in PostgreSQL.');
  else
    print(`Messages are in the folder ${folder}; a loss of power can lose some. --database keeps them in PostgreSQL.`);
  if (files !== undefined) print(`Files are in the folder ${files}.`);
}

function version(): string {
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  return String((JSON.parse(manifest) as { version: unknown }).version);
}
