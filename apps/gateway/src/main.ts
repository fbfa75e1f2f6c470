// The gateway as a program: see `config.ts` for the environment variables that it reads.

import { createSipTransport } from '@imflow/sip';
import { createXmppTransport } from '@imflow/xmpp';
import { WebSocket } from 'ws';
import { createBridge } from './bridge.ts';
import { type Config, readConfig } from './config.ts';

function say(translations: string): void {
  process.stdout.write(`${translations}\n`);
}

/** Node 20 has no built-in WebSocket. */
function createSocket(url: string, protocol: string): WebSocket {
  return new WebSocket(url, protocol);
}

function run({ xmpp, sip, pairs }: Config): void {
  const transports = {
    XMPP: createXmppTransport({ ...xmpp, createSocket, onConnectionError: ({ message }) => say(`XMPP: ${message}`) }),
    SIP: createSipTransport({ ...sip, createSocket, onConnectionError: ({ message }) => say(`SIP: ${message}`) }),
  };
  for (const [name, transport] of Object.entries(transports)) {
    transport.subscribe(() => {
      const { state } = transport.getStatus();
      say(`${name}: ${transport.localAddress} is ${state}`);
      if (state === 'closed') process.exitCode = 1;
    });
  }
  const bridges = pairs.map((pair) =>
    createBridge({
      sides: [
        { transport: transports.XMPP, remote: pair.xmpp },
        { transport: transports.SIP, remote: pair.sip },
      ],
      onDiagnostic: ({ code }) => say(`${pair.xmpp} = ${pair.sip}: ${code}`),
    }),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const bridge of bridges) bridge.stop();
    });
  }
}

try {
  run(readConfig(process.env));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
