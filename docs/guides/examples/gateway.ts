import { createInstantMessagingFlow, type InstantMessagingFlow, type Transport } from '@imflow/core';

/** The other network that messages are handed on to: text messages to telephones, say. */
export interface OtherNetwork {
  /** Resolves when the message is on the telephone. Rejects with a reason. */
  deliver(message: { readonly id: string; readonly text: string }): Promise<void>;
}

/** Hands on what the participant writes, and tells them truly what became of it. */
export function createGateway(transport: Transport, remote: string, other: OtherNetwork): InstantMessagingFlow {
  const flow = createInstantMessagingFlow({
    transport,
    remote,
    template: {
      messageConsumptionMode: 'proxied-to-remote-entity',
      unsupportedFormat: 'refuse', // 415 for what the other network cannot carry
      supportedFormats: ['text/plain'],
      deliveryReportTimeout: 20_000,
    },
  });
  flow.on('messageReceived', ({ message }) => {
    void other.deliver({ id: message.id, text: message.body }).then(
      () => report(() => flow.sendSuccessDeliveryNotification(message.id)),
      () => report(() => flow.sendFailureDeliveryNotification(message.id, 480)),
    );
  });
  flow.start();
  return flow;
}

/** The answer may come when the message has timed out, or the flow has ended: then there is nobody to tell. */
function report(send: () => void): void {
  try {
    send();
  } catch {
    // `invalid-operation`: the engine has already answered for us.
  }
}
