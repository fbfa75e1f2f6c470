import type { Transport } from '@imflow/core';

/** What a person fills in. */
export interface Account {
  readonly server: string;
  readonly address: string;
  readonly password: string;
}

/** A way to talk with a server. Its code is loaded when it is used. */
export interface Protocol {
  readonly id: string;
  readonly name: string;
  /** What an empty field shows. */
  readonly examples: { readonly server: string; readonly address: string };
  /** An address as all who mean the same one write it. */
  readonly normal: (address: string) => string;
  /** Makes the transport, not connected. @throws Error that names the field that is wrong. */
  readonly open: (account: Account, listener: ConnectionListener) => Promise<Transport>;
}

/** Who hears of a connection. */
export interface ConnectionListener {
  /** Hears, in words, why a try to connect failed. */
  readonly onProblem: (words: string) => void;
  /** Hears of somebody who has written and with whom there is no conversation, where the protocol keeps it for one. */
  readonly onConversation: (participant: string) => void;
}

const xmpp: Protocol = {
  id: 'xmpp',
  name: 'XMPP',
  examples: { server: 'wss://example.com/xmpp-websocket', address: 'ana@example.com' },
  normal: (address) => address.toLowerCase(),
  async open({ server, address, password }, { onProblem, onConversation }) {
    const { xmppTransport } = await import('@imflow/xmpp');
    const key = `imflow:xmpp:${address}`;
    return xmppTransport({
      server,
      address,
      password,
      session: {
        load: () => sessionStorage.getItem(key) ?? undefined,
        save: (session) =>
          session === undefined ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, session),
      },
      onConversation,
      onProblem({ code, message }) {
        if (code === 'unreachable') void whyUnreachable(server).then(onProblem);
        else onProblem(message);
      },
    });
  },
};

const sip: Protocol = {
  id: 'sip',
  name: 'SIP',
  examples: { server: 'wss://example.com:7443', address: 'sip:ana@example.com' },
  // The user part is told apart by case.
  normal: (address) => `sip:${address.replace(/^sips?:/i, '').replace(/@.*$/, (host) => host.toLowerCase())}`,
  async open({ server, address, password }, { onProblem }) {
    const { sipTransport } = await import('@imflow/sip');
    return sipTransport({
      server,
      address,
      password,
      onProblem({ code, message }) {
        if (code === 'unreachable') void whyUnreachable(server).then(onProblem);
        else onProblem(message);
      },
    });
  },
};

export const protocols: readonly Protocol[] = [xmpp, sip];

/** A browser does not say why a WebSocket failed; whether anything answers at the address says more. */
async function whyUnreachable(server: string): Promise<string> {
  try {
    await fetch(server.replace(/^ws/i, 'http'), {
      mode: 'no-cors',
      credentials: 'omit',
      signal: AbortSignal.timeout(5_000),
    });
    return 'Something answers at this address, but it is not a WebSocket of this protocol. Is the path right?';
  } catch {
    const certificate = /^wss:/i.test(server)
      ? ' Either it is not there, or its certificate is not trusted by this browser.'
      : '';
    return `The server cannot be reached.${certificate}`;
  }
}
