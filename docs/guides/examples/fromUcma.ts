import { createInstantMessagingFlow, type InstantMessagingFlow, type Transport } from '@imflow/core';

/** What a UCMA application does with its flow, in the same order. */
export function openFlow(transport: Transport, remote: string, write: (line: string) => void): InstantMessagingFlow {
  // InstantMessagingCall.Flow, and InstantMessagingFlow.Initialize(template) with ComposingTimeoutValue = 3.
  const flow = createInstantMessagingFlow({ transport, remote, template: { composingTimeout: 3_000 } });

  // flow.StateChanged, flow.MessageReceived, flow.RemoteComposingStateChanged, flow.DeliveryNotificationReceived
  flow.on('stateChanged', ({ previousState, state }) => write(`${previousState} -> ${state}`));
  flow.on('messageReceived', ({ message }) => write(`${message.sender}: ${message.body}`));
  flow.on('remoteComposingStateChanged', ({ participant, state }) => write(`${participant} is ${state}`));
  flow.on('deliveryNotificationReceived', ({ outcome, deliveryFailures }) => {
    write([outcome, ...deliveryFailures.map((failure) => failure.responseCode)].join(' '));
  });

  flow.start(); // the call is established
  return flow;
}

// flow.LocalComposingState = ComposingState.Composing, then BeginSendInstantMessage and EndSendInstantMessage
export async function say(flow: InstantMessagingFlow, text: string): Promise<string> {
  flow.setLocalComposingState('composing');
  const { status, deliveryFailures } = await flow.sendMessage(text).settled;
  return deliveryFailures.length > 0 ? 'not delivered' : status;
}
