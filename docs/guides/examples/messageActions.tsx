import type { InstantMessagingFlowTemplate, Transport } from '@imflow/core';
import { FlowProvider } from '@imflow/react';
import { Chat, type MessageAction, type MessageActionName } from '@imflow/ui';
import { type ReactElement, useMemo, useState } from 'react';

// #region actions
function usePins(): { pins: readonly string[]; actions: readonly (MessageAction | MessageActionName)[] } {
  const [pins, setPins] = useState<readonly string[]>([]);
  const actions = useMemo(() => {
    const pin: MessageAction = {
      id: 'pin',
      label: 'Pin',
      isAvailable: ({ message }) => message.retracted === undefined,
      run: ({ message }) => setPins((all) => [...all, message.id]),
    };
    return [pin, 'reply', 'react', 'copy', 'delete', 'details'] as const;
  }, []);
  return { pins, actions };
}
// #endregion

// #region picker
function Picker({ onPick }: { readonly onPick: (emoji: string) => void }): ReactElement {
  return (
    <input
      aria-label="Any other emoji"
      size={2}
      onChange={({ target }) => {
        if (/^\p{Emoji_Presentation}$/u.test(target.value)) onPick(target.value);
      }}
    />
  );
}
// #endregion

// #region chat
export function PinningChat({ transport }: { readonly transport: Transport }): ReactElement {
  const { pins, actions } = usePins();
  return (
    <FlowProvider transport={transport} remote="bo">
      <p>Pinned: {pins.length}</p>
      <Chat draftKey="chat-with-bo" messageActions={actions} emojis={['👍', '🎉', '👀']} emojiPicker={Picker} />
    </FlowProvider>
  );
}
// #endregion

// #region undo
const template: InstantMessagingFlowTemplate = { sendDelay: 10_000 };

export function UnhurriedChat({ transport }: { readonly transport: Transport }): ReactElement {
  return (
    <FlowProvider transport={transport} remote="bo" template={template}>
      <Chat />
    </FlowProvider>
  );
}
// #endregion
