import type { Transport } from '@imflow/core';
import { type InstantMessagingFlow, useInstantMessagingFlow, useMessage, watchAttention } from '@imflow/react';
import { type ReactElement, useEffect, useState } from 'react';

export function BareChat({ transport, remote }: { transport: Transport; remote: string }): ReactElement {
  const { flow, messages, remoteComposers, connection, sendMessage, setLocalComposingState, markDisplayed } =
    useInstantMessagingFlow({ transport, remote });
  const [text, setText] = useState('');
  const [attentive, setAttentive] = useState(false);
  const newest = messages.at(-1);

  // The user looks: the page is visible and has the focus.
  useEffect(() => watchAttention(setAttentive), []);
  // All messages are in view here. Everything up to this one is read; it may be an own one.
  useEffect(() => {
    if (attentive && newest !== undefined) markDisplayed(newest);
  }, [attentive, newest, markDisplayed]);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === '') return;
        sendMessage(text);
        setText('');
      }}
    >
      <p>{connection === 'online' ? remote : connection}</p>
      <ol>
        {Array.from(messages, (id) => (
          <Line key={id} id={id} flow={flow} />
        ))}
      </ol>
      <p>{remoteComposers.length > 0 && `${remote} is typing…`}</p>
      <input
        aria-label="Message"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setLocalComposingState(event.target.value.trim() === '' ? 'idle' : 'composing');
        }}
      />
    </form>
  );
}

/** Re-renders when this message changes, and for no other. */
function Line({ id, flow }: { id: string; flow: InstantMessagingFlow }): ReactElement {
  const message = useMessage(id, flow);
  return (
    <li>
      {message?.body} {message?.direction === 'outgoing' && <small>{message.status}</small>}
    </li>
  );
}
