import { memo, type MemoExoticComponent, type ReactElement, useSyncExternalStore } from 'react';
import { type KeyedStore, useBenchMessage, useComposing } from './keyedStore.ts';
import { metaOf } from './metaOf.ts';
import './minimal.css';

export interface MinimalRowProps {
  readonly store: KeyedStore;
  readonly id: string;
}

/** A minimal row of a chat: a bubble with a text, a time and a tick. */
export const MinimalRow: MemoExoticComponent<(props: MinimalRowProps) => ReactElement> = memo(function MinimalRow({
  store,
  id,
}: MinimalRowProps): ReactElement {
  const message = useBenchMessage(store, id);
  return (
    <div className="row" data-own={message.own || undefined}>
      <div className="bubble">
        <span>{message.body}</span>
        <span className="meta">{metaOf(message)}</span>
      </div>
    </div>
  );
});

/** A typing indicator and a text box, for contenders that have none. */
export function MinimalFoot({ store }: { readonly store: KeyedStore }): ReactElement {
  return (
    <>
      <MinimalTyping store={store} />
      <textarea className="field" rows={1} aria-label="Message" />
    </>
  );
}

function MinimalTyping({ store }: { readonly store: KeyedStore }): ReactElement {
  return (
    <div className="typing">
      {useComposing(store) && (
        <>
          <span className="dots">
            <i />
            <i />
            <i />
          </span>
          Bo is typing…
        </>
      )}
    </div>
  );
}

/** Whether the newest message changed, for lists whose application has to scroll to it. */
export function useNewestBody(store: KeyedStore): string {
  return useSyncExternalStore(store.subscribe, () => store.get(store.ids().at(-1) ?? '')?.body);
}
