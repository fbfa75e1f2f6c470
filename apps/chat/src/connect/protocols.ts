import { type FileUploader, FlowError, type Transport } from '@imflow/core';
import type { ConnectionError as SipProblem } from '@imflow/sip';
import type { ConnectionError as WebSocketProblem } from '@imflow/websocket';
import type { ConnectionError as XmppProblem, XmppTransport } from '@imflow/xmpp';
import { ConnectError, type Problem } from './problem.ts';

/** The fields of the sign-in form. */
export interface Account {
  readonly server: string;
  readonly address: string;
  readonly password: string;
}

/** A protocol of the sign-in form. Its code is loaded when it is used. */
export interface Protocol<T extends Transport = Transport> {
  readonly id: string;
  readonly name: string;
  /** The placeholders of the fields. */
  readonly examples: { readonly server: string; readonly address: string; readonly remote: string };
  /** Normalises an address, where the transport does not. */
  readonly normal?: (address: string) => string;
  /** Creates the transport, not connected. @throws ConnectError if a value is invalid. */
  readonly open: (account: Account, listener: ConnectionListener) => Promise<T>;
  /**
   * How the account sends files. Default: it sends none, and receives them.
   * @param transport that `open` has made.
   */
  createUploader?(account: Account, transport: T): Promise<FileUploader>;
}

/** The listener of a connection. */
export interface ConnectionListener {
  /** Receives the reason of each failed attempt to connect. */
  readonly onConnectionError: (problem: Problem) => void;
  /** Receives the address of a new participant who has written, if the protocol keeps such messages. */
  readonly onIncomingConversation: (participant: string) => void;
}

const xmpp: Protocol<XmppTransport> = {
  id: 'xmpp',
  name: 'XMPP',
  examples: { server: 'wss://example.com/xmpp-websocket', address: 'ana@example.com', remote: 'bo@example.com' },
  async createUploader(_account, transport) {
    const { createXmppUploader } = await import('@imflow/xmpp/files');
    return createXmppUploader({ transport });
  },
  async open({ server, address, password }, { onConnectionError, onIncomingConversation }) {
    const { createWebSessionStore, createXmppTransport } = await import('@imflow/xmpp');
    return checked(() =>
      createXmppTransport({
        server,
        address,
        password,
        session: createWebSessionStore(address),
        onIncomingConversation,
        onConnectionError: (problem) => void explained(problem, server).then(onConnectionError),
      }),
    );
  },
};

const sip: Protocol = {
  id: 'sip',
  name: 'SIP',
  examples: { server: 'wss://example.com:7443', address: 'sip:ana@example.com', remote: 'sip:bo@example.com' },
  async open({ server, address, password }, { onConnectionError }) {
    const { createSipTransport } = await import('@imflow/sip');
    return checked(() =>
      createSipTransport({
        server,
        address,
        password,
        onConnectionError: (problem) => void explained(problem, server).then(onConnectionError),
      }),
    );
  },
};

/** The protocol of docs/protocol.md; the password is the token. */
export const websocket: Protocol & Required<Pick<Protocol, 'normal'>> = {
  id: 'websocket',
  name: 'WebSocket',
  examples: { server: 'wss://example.com/chat', address: 'ana', remote: 'bo' },
  normal: (address) => address.trim().normalize('NFC').toLowerCase(),
  async createUploader({ server, password }) {
    const { createServerUploader } = await import('@imflow/websocket/files');
    return createServerUploader({ url: server, token: password });
  },
  async open({ server, address, password }, { onConnectionError, onIncomingConversation }) {
    const { createWebSocketTransport } = await import('@imflow/websocket');
    const key = `imflow:websocket:${server}:${address}`;
    return checked(() =>
      createWebSocketTransport({
        url: server,
        address: websocket.normal(address),
        token: password,
        session: {
          load: () => sessionStorage.getItem(key) ?? undefined,
          save: (session) => sessionStorage.setItem(key, session),
        },
        onIncomingConversation,
        onConnectionError: (problem) => void explained(problem, server).then(onConnectionError),
      }),
    );
  },
};

export const protocols = [xmpp, sip, websocket] as const satisfies readonly Protocol[];

/** Creates a transport. An error about one of its options becomes a problem of the form. */
function checked<T extends Transport>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    // The message begins with the name of the option.
    const { message: detail } = error;
    const [option = ''] = detail.split(' ', 1);
    if (option === 'server' || option === 'url')
      throw new ConnectError({ what: 'invalidServer', field: 'server', detail });
    if (option === 'address') throw new ConnectError({ what: 'invalidAddress', field: 'address', detail });
    throw new ConnectError({ what: 'unknown', detail });
  }
}

async function explained(
  { code, message }: XmppProblem | SipProblem | WebSocketProblem,
  server: string,
): Promise<Problem> {
  switch (code) {
    case 'unreachable':
      return { what: await whyUnreachable(server) };
    case 'not-xmpp':
    case 'not-sip':
    case 'malformed':
      return { what: 'foreign' };
    case 'no-answer':
      return { what: 'noAnswer' };
    case 'ended':
      return { what: 'ended' };
    case 'refused':
    case 'token':
    case 'unauthorized':
      return { what: 'refused', detail: message };
  }
}

/** A browser does not report why a WebSocket failed, so an HTTP request finds out whether anything answers at the address. */
async function whyUnreachable(server: string): Promise<Problem['what']> {
  try {
    await fetch(server.replace(/^ws/i, 'http'), {
      mode: 'no-cors',
      credentials: 'omit',
      signal: AbortSignal.timeout(5_000),
    });
    return 'foreign';
  } catch {
    return /^wss:/i.test(server) ? 'unreachableOrUntrusted' : 'unreachable';
  }
}
