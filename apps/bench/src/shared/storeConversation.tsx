import type { ReactElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import type { Contender, Conversation } from './contender.ts';
import { createKeyedStore, type KeyedStore } from './keyedStore.ts';
import { message } from './messages.ts';

/** Renders a store with a React contender. */
export interface StoreView {
  readonly view: (store: KeyedStore) => ReactElement;
  readonly rowType: unknown;
  readonly rowSelector: string;
  /** Finds the element that scrolls. */
  readonly scroller: string;
  /** Finds the text box. */
  readonly input: string;
}

/** A contender that renders a store, without a transport or an engine. */
export function storeContender({ view, rowType, rowSelector, scroller, input }: StoreView): Contender {
  return {
    rowType,
    async prepare(messages, older): Promise<Conversation> {
      const store = createKeyedStore(messages);
      let root: Root | undefined;
      let shown: HTMLElement | undefined;
      const find = (selector: string): HTMLElement => {
        const found = shown?.querySelector<HTMLElement>(selector);
        if (!found) throw new Error(`No element matches ${selector}.`);
        return found;
      };
      return {
        rowSelector,
        mount(host) {
          shown = host;
          root = createRoot(host);
          root.render(view(store));
        },
        unmount: () => root?.unmount(),
        scroller: () => find(scroller),
        input: () => find(input),
        append: async (added) => store.add(added, 'end'),
        async send(added) {
          store.add(added, 'end');
          return added.map(({ id }) => id);
        },
        tick: async (id, to) => store.setStatus([id], to),
        burst: async (ids, to) => store.setStatus(ids, to),
        typing: async (composing) => store.setComposing(composing),
        beginGrowing: async () => store.add([message('growing', 0, Date.now(), false)], 'end'),
        grow: (text) => store.setBody('growing', text),
        showOlder: async () => store.add(older, 'front'),
      };
    },
  };
}
