import type { TestProject } from 'vitest/node';
import { findKamailio, startKamailio } from '../packages/sip/test/server/kamailio.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of this run's SIP server; empty if Kamailio is not installed. */
    kamailio: string;
  }
}

/** One SIP server for the tests in a browser, which can start none themselves. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (findKamailio() === undefined) {
    project.provide('kamailio', '');
    return undefined;
  }
  const server = await startKamailio();
  project.provide('kamailio', server.webSocketUrl);
  return server.stop;
}
