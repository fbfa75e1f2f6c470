import { createInstantMessagingFlow } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';

const network = createLoopbackNetwork(); // a messaging server inside this process

const bo = createInstantMessagingFlow({ transport: network.connect('bo'), remote: 'ana' });
bo.on('messageReceived', ({ message }) => console.log(`Bo received: ${message.body}`));
bo.start();

const ana = createInstantMessagingFlow({ transport: network.connect('ana'), remote: 'bo' });
ana.start();
const { status } = await ana.sendMessage('Hello').settled; // never rejects
console.log(`Ana sees: ${status}`);

ana.terminate();
bo.terminate();
