// A participant to talk to while you have no server: Bo lives in this page, and answers. Delete this file with its last use.

import { createInstantMessagingFlow, type Transport } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';

/** Connects a user to a network within this page. */
export function connectToDemo(address: string): Transport {
  const network = createLoopbackNetwork();
  const bo = createInstantMessagingFlow({ transport: network.connect('bo'), remote: address });
  bo.on('messageReceived', ({ message }) => {
    bo.markDisplayed(message.id);
    bo.setLocalComposingState('composing');
    setTimeout(() => bo.sendMessage(`You said: ${message.body}`), 1_500);
  });
  bo.start();
  return network.connect(address);
}
