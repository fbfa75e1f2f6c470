// The transport and the storage are made here, once: not in a component, which React may render and mount more than once.

import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { connectToDemo } from './demo.ts';

/** The options of the flow: your transport, the participant, and where messages are stored. */
export const conversation = {
  transport: connectToDemo('ana'), // replace it with your own transport
  remote: 'bo',
  storage: createIndexedDbStorage(),
  tabs: createWebLocksTabCoordinator(),
};

// A change of a component leaves this module as it is, so that hot reload keeps the conversation. A change of this module
// needs a new connection: the page is loaded again, and messages and draft come back from the storage.
import.meta.hot?.accept(() => location.reload());
