import { createInstantMessagingFlow } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { createRoot, type Root } from 'react-dom/client';
import { conversation } from '../shared/messages.ts';
import { createPastStorage } from './pastStorage.ts';
import { until } from '../shared/until.ts';

/** Stores conversations in IndexedDB, and opens them. */
export interface Opening {
  /** Writes a conversation of this many messages into a separate database. */
  fill(count: number): Promise<void>;
  /** Opens the conversation. Resolves with the ms from the first call to the frame that shows its last message. */
  open(count: number): Promise<number>;
}

export const measureOpening: Opening = {
  async fill(count) {
    await createPastStorage(conversation(count, 'm', Date.now()), createIndexedDbStorage({ name: `bench-${count}` }));
  },
  async open(count) {
    const host = document.createElement('div');
    host.style.cssText =
      'position:fixed;inset:0 auto auto 0;inline-size:400px;block-size:700px;display:flex;flex-direction:column';
    document.body.append(host);
    const started = performance.now();
    const flow = createInstantMessagingFlow({
      transport: createLoopbackNetwork().connect('ana'),
      remote: 'bo',
      storage: createIndexedDbStorage({ name: `bench-${count}` }),
    });
    flow.start();
    const root: Root = createRoot(host);
    root.render(
      <FlowProvider flow={flow}>
        <Chat />
      </FlowProvider>,
    );
    await until(() => isShown(host, `m${count - 1}:`));
    return performance.now() - started;
  },
};

function isShown(host: HTMLElement, text: string): boolean {
  const items = host.querySelector('.imflow-items');
  if (!items) return false;
  const last = Array.from(items.querySelectorAll('.imflow-row')).at(-1);
  return last?.textContent.includes(text) === true;
}
