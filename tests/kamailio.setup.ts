import type { TestProject } from 'vitest/node';
import { findKamailio, startKamailio } from '../packages/sip/test/server/kamailio.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where browsers reach the SIP server of this run; empty where there is no Kamailio. */
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
