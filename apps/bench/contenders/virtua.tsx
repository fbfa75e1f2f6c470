import { type ReactElement, useLayoutEffect, useRef, useState } from 'react';
import { VList, type VListHandle } from 'virtua';
import type { Contender } from '../src/shared/contender.ts';
import { type KeyedStore, useIds } from '../src/shared/keyedStore.ts';
import { MinimalFoot, MinimalRow, useNewestBody } from '../src/shared/MinimalRow.tsx';
import { storeContender } from '../src/shared/storeConversation.tsx';

function List({ store }: { readonly store: KeyedStore }): ReactElement {
  const ids = useIds(store);
  useNewestBody(store);
  const list = useRef<VListHandle>(null);
  const atEnd = useRef(true);
  // Older messages were prepended: virtua then keeps positions relative to the end.
  const [{ before, shift }, setBefore] = useState({ before: ids, shift: false });
  if (before !== ids) {
    setBefore({ before: ids, shift: before.at(-1) === ids.at(-1) && before.length < ids.length });
  }
  useLayoutEffect(() => {
    if (atEnd.current) list.current?.scrollToIndex(ids.length - 1, { align: 'end' });
  });
  return (
    <>
      <VList
        ref={list}
        className="list"
        style={{ flex: 1, height: 'auto', minHeight: 0 }}
        shift={shift}
        data={ids}
        onScroll={(offset) => {
          const handle = list.current;
          if (handle) atEnd.current = offset + handle.viewportSize >= handle.scrollSize - 80;
        }}
      >
        {(id) => <MinimalRow key={id} store={store} id={id} />}
      </VList>
      <MinimalFoot store={store} />
    </>
  );
}

export const contender: Contender = storeContender({
  view: (store) => <List store={store} />,
  rowType: MinimalRow,
  rowSelector: '.row',
  scroller: '.list',
  input: '.field',
});
