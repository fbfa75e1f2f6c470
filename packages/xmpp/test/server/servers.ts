import { hasProsody, startProsody, type XmppServer } from '../../../../scripts/prosody.mjs';
import { hasEjabberd, startEjabberd } from './ejabberd.ts';

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
