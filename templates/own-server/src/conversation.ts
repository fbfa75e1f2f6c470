// The transport and the storage are made here, once: not in a component, which React may render and mount more than once.

import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { createWebSocketTransport } from '@imflow/websocket';

// http://localhost:5173/?me=ana&with=bo: put your sign-in here.
const query = new URLSearchParams(location.search);
export const me = query.get('me') ?? 'ana';

const url = `${location.origin.replace(/^http/, 'ws')}/chat`;

/** The options of the flow: the connection, the participant, and where messages are stored. */
export const conversation = {
  transport: createWebSocketTransport({ url, address: me, token: me }),
  remote: query.get('with') ?? 'bo',
  storage: createIndexedDbStorage(),
  tabs: createWebLocksTabCoordinator(),
};

// A change of a component leaves this module as it is, so that hot reload keeps the conversation. A change of this module
// needs a new connection: the page is loaded again, and messages and draft come back from the storage.
import.meta.hot?.accept(() => location.reload());
