import { type ReactElement, useLayoutEffect, useRef } from 'react';
import type { Contender } from './shared/contender.ts';
import { type KeyedStore, useIds } from './shared/keyedStore.ts';
import { MinimalFoot, MinimalRow, useNewestBody } from './shared/MinimalRow.tsx';
import { storeContender } from './shared/storeConversation.tsx';

/** All rows in the document, each one memoised. */
function MemoList({ store }: { readonly store: KeyedStore }): ReactElement {
  const ids = useIds(store);
  useNewestBody(store);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (list.current && atEnd.current) list.current.scrollTop = list.current.scrollHeight;
  });
  return (
    <>
      <div
        className="list"
        ref={list}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollHeight - clientHeight - scrollTop <= 80;
        }}
      >
        {ids.map((id) => (
          <MinimalRow key={id} store={store} id={id} />
        ))}
      </div>
      <MinimalFoot store={store} />
    </>
  );
}

export const contender: Contender = storeContender({
  view: (store) => <MemoList store={store} />,
  rowType: MinimalRow,
  rowSelector: '.row',
  scroller: '.list',
  input: '.field',
});
