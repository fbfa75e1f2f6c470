import { type Diagnostic, FlowError, type InstantMessagingFlow, type SentMessage } from '@imflow/core';

/** Maps the id of a message on one side to its id on the other side; undefined if it is unknown there. */
export type Counterpart = (id: string) => string | undefined;

/**
 * Forwards the operations of the user of one side: edits, retractions and reactions, as far as the other side supports
 * them.
 * @param onDropped receives the operations that were not forwarded, without the body of any message.
 * @returns a function that stops it.
 */
export function relayOperations(
  from: InstantMessagingFlow,
  to: InstantMessagingFlow,
  counterpart: Counterpart,
  onDropped: (diagnostic: Diagnostic) => void,
): () => void {
  async function handOn(what: string, act: () => SentMessage): Promise<void> {
    let reason = 'the other side does not support it';
    try {
      const { code, status } = await act().settled;
      if (code === undefined && status !== 'failed' && status !== 'undeliverable') return;
      if (code !== 'unsupported') reason = 'the other side refused it';
    } catch (error) {
      // The message no longer exists, or the flow has ended.
      reason = error instanceof FlowError ? 'its message cannot be changed there' : 'it failed';
    }
    onDropped({ code: 'operation-dropped', message: `An operation (${what}) was not handed on: ${reason}.` });
  }

  return from.on('messageChanged', ({ message, change, author }) => {
    if (author === from.localAddress) return;
    const id = counterpart(message.id) ?? '';
    const { body, contentType, reactions = [] } = message;
    const acts: Record<typeof change, () => SentMessage> = {
      edit: () => to.editMessage(id, body, { contentType }),
      retract: () => to.retractMessage(id),
      react: () => to.react(id, reactions.find((reaction) => reaction.author === author)?.emojis ?? []),
    };
    void handOn(change, acts[change]);
  });
}
