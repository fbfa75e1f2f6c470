import { type ReactElement, useRef } from 'react';
import { Input, MessageBox, MessageList } from 'react-chat-elements';
import 'react-chat-elements/dist/main.css';
import type { Contender } from '../src/shared/contender.ts';
import { type KeyedStore, useAll, useComposing } from '../src/shared/keyedStore.ts';
import type { BenchMessage } from '../src/shared/messages.ts';
import { storeContender } from '../src/shared/storeConversation.tsx';

const STATUS = { sent: 'sent', delivered: 'received', displayed: 'read' } as const;

/** As its documentation puts it together. It has no typing indicator. */
function Kit({ store }: { readonly store: KeyedStore }): ReactElement {
  const messages = useAll(store);
  const composing = useComposing(store);
  const list = useRef(null);
  return (
    <>
      <MessageList
        referance={list}
        className="kit-list"
        lockable
        toBottomHeight="100%"
        dataSource={messages.map(boxOf) as never}
      />
      <div className="typing">{composing ? 'Bo is typing…' : ''}</div>
      <Input placeholder="Message" maxHeight={100} multiline />
    </>
  );
}

function boxOf({ id, own, body, at, status }: BenchMessage) {
  return {
    id,
    type: 'text',
    position: own ? 'right' : 'left',
    text: body,
    date: new Date(at),
    status: own ? STATUS[status] : undefined,
  };
}

export const contender: Contender = storeContender({
  view: (store) => <Kit store={store} />,
  rowType: MessageBox,
  rowSelector: '.rce-container-mbox',
  scroller: '.rce-mlist',
  input: '.rce-input',
});
