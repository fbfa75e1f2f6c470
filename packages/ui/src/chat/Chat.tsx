'use client';

/** The ready-made conversation: header, messages, typing indicator and composer. */

import { FlowProvider, type InstantMessagingFlow, useFlow } from '@imflow/react';
import { type ReactElement, type ReactNode, useCallback, useMemo } from 'react';
import { Composer, type ComposerProps } from '../composer/Composer.tsx';
import { ConnectionBanner } from '../connectionBanner/ConnectionBanner.tsx';
import { useDropGuard } from '../internal/fileDrops.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { MessageList, type MessageListProps } from '../messageList/MessageList.tsx';
import { ChatSettings, type ChatSettingsProps, useSettings } from '../settings/ChatSettings.tsx';
import { TypingIndicator } from '../typingIndicator/TypingIndicator.tsx';
import { ChatHeader } from './ChatHeader.tsx';
import { useKeyboardInset } from './useKeyboardInset.ts';

/**
 * The flow of the conversation, translations and names, and the behaviour of the composer, and the attributes of a
 * `<section>`.
 */
export interface ChatProps
  extends
    Omit<PartProps<'section'>, 'children' | 'autoFocus' | 'dir'>,
    Omit<ChatSettingsProps, 'children'>,
    Pick<MessageListProps, 'actionsRef'>,
    Pick<ComposerProps, 'enterKey' | 'maxLength' | 'draftKey' | 'draftStorage' | 'endedAction' | 'autoFocus'> {
  /** The conversation. Default: that of the nearest `FlowProvider`. */
  readonly flow?: InstantMessagingFlow | undefined;
  /** The name of the participant. Default: from `names`, else the address. */
  readonly name?: string | undefined;
  /** The content above the messages; `null` for nothing. Default: the participant's name and presence. */
  readonly header?: ReactNode;
}

/**
 * A whole conversation, ready to use: header, messages, typing, composer. It fills its container. Renders a
 * `<section>`.
 */
export function Chat({ flow, ...rest }: ChatProps): ReactElement {
  return flow ? (
    <FlowProvider flow={flow}>
      <Conversation {...rest} />
    </FlowProvider>
  ) : (
    <Conversation {...rest} />
  );
}

function Conversation({
  name,
  header,
  translations,
  names,
  locale,
  dir,
  renderers,
  excerpts,
  avatars,
  messageActions,
  emojis,
  emojiPicker,
  enterKey,
  maxLength,
  draftKey,
  draftStorage,
  endedAction,
  autoFocus,
  actionsRef,
  ...rest
}: Omit<ChatProps, 'flow'>): ReactElement {
  const { remote } = useFlow();
  const above = useSettings().names;
  const known = useMemo(
    () => (name === undefined ? names : { ...above, ...names, [remote]: name }),
    [above, names, name, remote],
  );
  return (
    <ChatSettings
      {...{ translations, locale, dir, renderers, excerpts, avatars, messageActions, emojis, emojiPicker }}
      names={known}
    >
      <Frame {...rest}>
        {header === undefined ? <ChatHeader /> : header}
        <ConnectionBanner />
        <MessageList actionsRef={actionsRef} />
        <TypingIndicator />
        <Composer
          enterKey={enterKey}
          maxLength={maxLength}
          draftKey={draftKey}
          draftStorage={draftStorage}
          endedAction={endedAction}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- only where the application asks for it
          autoFocus={autoFocus}
        />
      </Frame>
    </ChatSettings>
  );
}

/** The section, in the language of the settings. */
function Frame({ children, ...rest }: PartProps<'section'>): ReactElement {
  const guardDrops = useDropGuard(useFlow());
  const keyboardInset = useKeyboardInset();
  const ref = useCallback(
    (element: HTMLElement | null) => {
      guardDrops(element);
      keyboardInset(element);
    },
    [guardDrops, keyboardInset],
  );
  return useRenderPart('section', 'chat', {}, rest, { ...useSettings().language, ref, children });
}
