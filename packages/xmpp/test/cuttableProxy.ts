import { connect, createServer, type Socket } from 'node:net';

/** A TCP connection through which a server is reached, and which can be cut. */
export interface CuttableProxy {
  readonly port: number;
  /** Resets all connections. */
  kill(): void;
  /** Resets all connections and accepts no new ones, until `restore`. */
  cut(): void;
  /**
   * Closes all connections as a closed tab does, and accepts no new ones; resolves once the server has closed them,
   * too.
   */
  end(): Promise<void>;
  restore(): void;
  /** The time since the last data, in ms. */
  silence(): number;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  /** Those of `sockets` that lead to the server. */
  const outers = new Set<Socket>();
  let isCut = false;
  let lastData = performance.now();
  const server = createServer((inner) => {
    if (isCut) {
      inner.resetAndDestroy();
      return;
    }
    const outer = connect(target, '127.0.0.1');
    outers.add(outer);
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(one);
      one.on('data', (data) => {
        lastData = performance.now();
        if (other.writable) other.write(data);
      });
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        outers.delete(one);
        // The server ends the connection itself.
        if (!other.writableEnded) other.destroy();
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
    async end() {
      isCut = true;
      const ends = Array.from(outers, (outer) => new Promise((resolve) => outer.once('close', resolve)));
      for (const socket of Array.from(sockets)) {
        if (outers.has(socket)) socket.end();
        else socket.resetAndDestroy();
      }
      await Promise.all(ends);
    },
    restore() {
      isCut = false;
    },
    silence: () => performance.now() - lastData,
    async close() {
      kill();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
