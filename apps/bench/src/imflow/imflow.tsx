import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { ChatSettings, Composer, MessageList, TypingIndicator } from '@imflow/ui';
import '@imflow/ui/styles.css';
import { createRoot, type Root } from 'react-dom/client';
import type { Contender } from '../shared/contender.ts';
import { message } from '../shared/messages.ts';
import { Growing, GROWING, setGrown } from './Growing.tsx';
import { createParticipant } from './participant.ts';
import { createPastStorage } from './pastStorage.ts';
import { until } from '../shared/until.ts';

const NAMES = { bo: 'Bo' };
const RENDERERS = { [GROWING]: Growing };

/** The kit on a flow of its own, which talks over the loopback network and stores in memory. */
export const contender: Contender = {
  rowType: MessageList.Item,
  async prepare(messages, older) {
    const past = await createPastStorage([...older, ...messages]);
    past.holdBefore(older.length + 1);
    const network = createLoopbackNetwork();
    const flow = createInstantMessagingFlow({
      transport: network.connect('ana'),
      remote: 'bo',
      storage: past.storage,
      template: { pageSize: 1_000, supportedFormats: ['text/plain', GROWING] },
    });
    const participant = createParticipant(network.connect('bo'));
    flow.start();
    await until(() => flow.store.getState().history.ready && flow.store.getState().connection === 'online');
    while (flow.messages.order.length < messages.length) await flow.loadOlder();

    const reached = (holds: () => boolean): Promise<void> => whenever(flow, holds);
    const has = (id: string, status?: string) => (): boolean => {
      const record = flow.messages.get(id);
      return record !== undefined && (status === undefined || record.status === status);
    };
    let root: Root | undefined;
    return {
      rowSelector: '.imflow-row',
      mount(host) {
        root = createRoot(host);
        root.render(<Conversation flow={flow} />);
      },
      unmount() {
        root?.unmount();
        flow.terminate();
      },
      scroller: () => find('.imflow-viewport'),
      input: () => find('.imflow-input textarea'),
      async append(added) {
        participant.say(added);
        await reached(has(added.at(-1)?.id ?? ''));
      },
      async send(added) {
        const ids = added.map(({ body }) => flow.sendMessage(body).id);
        await reached(() => ids.every((id) => flow.messages.get(id)?.status === 'sent'));
        return ids;
      },
      async tick(id, to) {
        if (to !== 'sent') participant.report([id], to);
        await reached(has(id, to));
      },
      async beforeBurst(ids, to) {
        network.setOnline('ana', false);
        if (to !== 'sent') participant.report(ids, to);
      },
      async burst(ids, to) {
        network.setOnline('ana', true);
        await reached(has(ids.at(-1) ?? '', to));
      },
      async typing(composing) {
        participant.compose(composing);
        await reached(() => (flow.store.getState().remoteComposingState === 'composing') === composing);
      },
      async beginGrowing() {
        participant.say([message('growing', 0, Date.now(), false)], GROWING);
        await reached(has('growing'));
      },
      grow: setGrown,
      async showOlder() {
        past.release();
        await until(() => flow.messages.order.length > messages.length && !flow.store.getState().history.loading);
      },
    };
  },
};

function Conversation({ flow }: { readonly flow: InstantMessagingFlow }) {
  return (
    <FlowProvider flow={flow}>
      <ChatSettings names={NAMES} renderers={RENDERERS}>
        <MessageList />
        <TypingIndicator />
        <Composer />
      </ChatSettings>
    </FlowProvider>
  );
}

/** Waits until a condition of a flow holds, without using frames. */
function whenever(flow: InstantMessagingFlow, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      for (const stop of stops) stop();
      resolve();
    };
    const stops = [flow.store.subscribe(look), flow.on('messageStatusChanged', look), flow.on('messageReceived', look)];
    look();
  });
}

function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`No element matches ${selector}.`);
  return found;
}
