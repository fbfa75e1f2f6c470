import { type ReactElement, useLayoutEffect, useRef } from 'react';
import { Input, MessageBox, MessageList } from 'react-chat-elements';
import 'react-chat-elements/dist/main.css';
import './reactChatElements.css';
import type { Contender } from '../src/shared/contender.ts';
import { type KeyedStore, useAll, useComposing } from '../src/shared/keyedStore.ts';
import type { BenchMessage } from '../src/shared/messages.ts';
import { storeContender } from '../src/shared/storeConversation.tsx';

const STATUS = { sent: 'sent', delivered: 'received', displayed: 'read' } as const;

/** A chat as in the documentation of react-chat-elements, which has no typing indicator. */
function Kit({ store }: { readonly store: KeyedStore }): ReactElement {
  const messages = useAll(store);
  const composing = useComposing(store);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef(null);
  const newest = useRef('');
  // The list follows its end once it is there. The application has to scroll to the end first.
  useLayoutEffect(() => {
    const scroller = box.current?.querySelector('.rce-mlist');
    const last = messages.at(-1)?.id ?? '';
    if (scroller && newest.current !== last) scroller.scrollTop = scroller.scrollHeight;
    newest.current = last;
  });
  return (
    <>
      <div ref={box} className="kit-list">
        <MessageList referance={list} lockable dataSource={messages.map(boxOf) as never} />
      </div>
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
