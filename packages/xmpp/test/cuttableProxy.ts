import { connect, createServer, type Socket } from 'node:net';

/** A TCP connection through which a server is reached, and which can be cut. */
export interface CuttableProxy {
  readonly port: number;
  /** Resets all connections. */
  kill(): void;
  /** Resets all connections and takes no new ones, until `restore`. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((inner) => {
    if (isCut) {
      inner.resetAndDestroy();
      return;
    }
    const outer = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(one);
      one.on('data', (data) => other.write(data));
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();

  function kill(): void {
    for (const socket of Array.from(sockets)) socket.resetAndDestroy();
  }

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    kill,
    cut() {
      isCut = true;
      kill();
    },
    restore() {
      isCut = false;
    },
    async close() {
      kill();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
