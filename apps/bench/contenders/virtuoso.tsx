import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso';
import type { Contender } from '../src/shared/contender.ts';
import { type KeyedStore, useIds } from '../src/shared/keyedStore.ts';
import { MinimalFoot, MinimalRow, useNewestBody } from '../src/shared/MinimalRow.tsx';
import { storeContender } from '../src/shared/storeConversation.tsx';

/** The index of the first message, large enough for all messages that may be prepended. */
const FIRST = 1_000_000;

function List({ store }: { readonly store: KeyedStore }): ReactElement {
  const ids = useIds(store);
  useNewestBody(store);
  const list = useRef<VirtuosoHandle>(null);
  const [origin] = useState(() => ids[0] ?? '');
  const renderRow = useCallback((_: number, id: string) => <MinimalRow store={store} id={id} />, [store]);
  useEffect(() => list.current?.autoscrollToBottom());
  return (
    <>
      <Virtuoso
        ref={list}
        className="list"
        style={{ height: 'auto' }}
        data={ids}
        firstItemIndex={FIRST - ids.indexOf(origin)}
        initialTopMostItemIndex={{ index: ids.length - 1, align: 'end' }}
        increaseViewportBy={400}
        followOutput={(atBottom) => (atBottom ? 'auto' : false)}
        atBottomThreshold={80}
        computeItemKey={(_, id) => id}
        itemContent={renderRow}
      />
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
