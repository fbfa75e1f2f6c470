import { hasProsody, startProsody, type XmppServer } from './prosody.mjs';
import { hasEjabberd, startEjabberd } from './ejabberd.ts';

/** How long a server may take to start on a busy machine, in ms. `start` fails earlier where it does not get on. */
export const MAX_START = 120_000;

/** A real server to test with, where it is installed. */
export interface TestServer {
  readonly name: string;
  readonly isInstalled: boolean;
  readonly start: () => Promise<XmppServer>;
}

export const servers: readonly TestServer[] = [
  { name: 'Prosody', isInstalled: hasProsody(), start: startProsody },
  { name: 'ejabberd', isInstalled: hasEjabberd(), start: startEjabberd },
];
