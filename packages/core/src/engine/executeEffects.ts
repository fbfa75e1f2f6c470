/** Executes the effects of a transaction: each belongs to one part of the flow. */

import { FlowError } from '../errors/FlowError.ts';
import type { InboundQueue } from '../inbox/inboundQueue.ts';
import type { SendResults } from '../outbox/sendResults.ts';
import type { WriteBuffer } from '../persistence/writeBuffer.ts';
import type { AttachedFiles } from '../ports/files.ts';
import type { Archive } from '../tabs/archive.ts';
import type { Membership } from '../tabs/membership.ts';
import type { ChannelAdapter } from './channelAdapter.ts';
import type { FlowEffect } from './effects.ts';
import type { FlowInput } from './inputs.ts';
import type { MessageReader } from './messageReader.ts';

export interface EffectExecutorOptions {
  readonly archive: Archive;
  readonly channel: ChannelAdapter;
  readonly files: AttachedFiles | undefined;
  readonly membership: Membership | undefined;
  readonly reader: MessageReader;
  readonly receiver: InboundQueue;
  readonly sendResults: SendResults;
  readonly stored: WriteBuffer | undefined;
  readonly dispatch: (input: FlowInput) => void;
  readonly diagnose: (code: string, message: string, cause: unknown) => void;
  /** Resolves the pending calls of `loadOlder`. */
  readonly olderLoaded: (count: number) => void;
}

export function createEffectExecutor(options: EffectExecutorOptions): (effect: FlowEffect) => void {
  const { archive, channel, files, membership, reader, receiver, sendResults, stored, dispatch, olderLoaded } = options;

  return (effect) => {
    switch (effect.type) {
      case 'readStorage':
        reader.readStored();
        return;
      case 'openChannel':
        openChannel();
        archive.lead();
        return;
      case 'closeChannel':
        closeChannel();
        return;
      case 'joinTabs':
        membership?.join();
        return;
      case 'rejoinTabs':
        membership?.rejoin();
        return;
      case 'post':
        membership?.post(effect.post);
        return;
      case 'release':
        closeChannel();
        membership?.leave();
        archive.giveUp();
        reader.stop();
        olderLoaded(0);
        return;
      case 'sendMessage':
        channel.sendMessage(effect.record, effect.attempt);
        return;
      case 'upload':
        files?.upload(effect.id);
        return;
      case 'sendOperation':
        channel.sendOperation(effect.operation);
        return;
      case 'sendComposing':
        channel.sendComposing(effect.state, effect.refresh);
        return;
      case 'sendNotification':
        channel.sendNotification(effect.owed);
        return;
      case 'sendUnconfirmed':
        channel.sendUnconfirmed(effect.notification);
        return;
      case 'ack':
        channel.ack(effect.received);
        return;
      case 'write':
        stored?.write().then(
          (written) => dispatch({ type: 'written', ...written }),
          (error: FlowError) => dispatch({ type: 'writeFailed', error }),
        );
        return;
      case 'loadOlder':
        reader.loadPage(effect.from, effect.limit);
        return;
      case 'catchUp':
        void reader.catchUp(effect.from);
        return;
      case 'olderLoaded':
        olderLoaded(effect.count);
        return;
      case 'settle':
        sendResults.settle(effect.id, effect.outcome, effect.final, effect.reason);
        return;
      case 'follow':
        sendResults.follow(effect.id, effect.messageId);
        return;
      case 'unfollow':
        sendResults.unfollow(effect.id, effect.messageId);
        return;
      case 'findStored':
        reader.findTargets(effect);
        return;
      case 'receive':
        receiver.receive(effect.event);
    }
  };

  function closeChannel(): void {
    channel.close();
    files?.stop();
    receiver.clear();
  }

  /** If the transport cannot be opened, its status is `closed` with the error. */
  function openChannel(): void {
    try {
      channel.open();
    } catch (cause) {
      const problem = 'transport.openChannel() failed.';
      options.diagnose('transport-failed', problem, cause);
      const error = new FlowError('configuration', problem, { cause });
      dispatch({ type: 'status', status: { state: 'closed', error } });
    }
  }
}
