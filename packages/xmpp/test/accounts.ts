import { WebSocket } from 'ws';
import type { XmppServer } from './server/prosody.mjs';
import type { WebSocketLike, XmppTransportOptions } from '../src/index.ts';
import { type CuttableProxy, startProxy } from './cuttableProxy.ts';

/** Node 20 has no WebSocket of its own. */
export function createSocket(url: string, protocol: string): WebSocketLike {
  return new WebSocket(url, protocol);
}

/** A user, and their way to the server. */
export interface Account {
  readonly options: XmppTransportOptions;
  readonly proxy: CuttableProxy;
  /**
   * Waits until the server has answered all that the newest connection has sent: nothing is in transit to the user. An
   * ejabberd that is sending a stanza to a WebSocket that closes waits 15 s, and reads and archives nothing for this
   * session meanwhile.
   */
  drained(): Promise<void>;
}

let users = 0;

/** A new user, who reaches the server through a proxy of their own. */
export async function newAccount(server: XmppServer, name: string): Promise<Account> {
  const proxy = await startProxy(server.port);
  users += 1;
  const address = await server.addUser(`${name}${users}`, 'secret');
  const url = `ws://127.0.0.1:${proxy.port}${server.path}`;
  const { open, drained } = countingSockets();
  const options = { server: url, address, password: 'secret', createSocket: open, maxReconnectDelay: 200 };
  return { proxy, options, drained };
}

/** Counts the requests for the count of stanzas (XEP-0198), and their answers. A server answers them in order. */
function countingSockets(): { readonly open: typeof createSocket; readonly drained: () => Promise<void> } {
  let newest: WebSocketLike | undefined;
  let pending = 0;
  let onAnswered: (() => void) | undefined;
  return {
    open: (url, protocol) => {
      const socket = createSocket(url, protocol);
      const send = socket.send.bind(socket);
      newest = socket;
      pending = 0;
      socket.send = (data) => {
        if (socket === newest && data.startsWith('<r ')) pending += 1;
        send(data);
      };
      socket.addEventListener('message', ({ data }) => {
        if (socket !== newest || !String(data).startsWith('<a ')) return;
        pending -= 1;
        if (pending === 0) onAnswered?.();
      });
      return socket;
    },
    drained: () =>
      new Promise((resolve) => {
        onAnswered = resolve;
        newest?.send('<r xmlns="urn:xmpp:sm:3"/>');
      }),
  };
}
