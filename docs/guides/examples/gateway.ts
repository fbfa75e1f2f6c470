import { createInstantMessagingFlow, type InstantMessagingFlow, type Transport } from '@imflow/core';

/** The other network that receives the messages, for example text messages to telephones. */
export interface OtherNetwork {
  /** Resolves when the message is on the telephone. Rejects with a reason. */
  deliver(message: { readonly id: string; readonly text: string }): Promise<void>;
}

/** Forwards the participant's messages, and reports their outcome. */
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

/** The outcome may arrive after the message has timed out or the flow has ended: then no report is pending. */
function report(send: () => void): void {
  try {
    send();
  } catch {
    // `invalid-operation`: the engine has already answered for us.
  }
}
