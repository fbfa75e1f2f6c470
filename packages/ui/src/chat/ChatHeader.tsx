'use client';

/** The header of a conversation: the participant's name and presence. */

import { useFlow, useFlowState } from '@imflow/react';
import { type ReactElement, type ReactNode, useCallback, useRef } from 'react';
import { Avatar } from '../avatar/Avatar.tsx';
import { type PartProps, renderPart } from '../internal/part.ts';
import { dayName, dayOf, shortTime } from '../messageList/dates.ts';
import { useToday } from '../messageList/useToday.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';

/** The state of the header: `data-*` attributes, and the argument of `className` and `render`. */
export interface ChatHeaderState {
  /** Whether the participant is online, if the transport knows. */
  readonly presence: 'available' | 'unavailable' | undefined;
}

/** The content beside the name, and the attributes of a `<header>`, `className` by state, and `render`. */
export interface ChatHeaderProps extends PartProps<'header', ChatHeaderState> {
  /** The content before the name; `null` for nothing. Default: `<Avatar address={flow.remote} />`. */
  readonly avatar?: ReactNode;
  /** The content at the end, such as buttons. Default: nothing. */
  readonly actions?: ReactNode;
}

/** The participant's name and presence or last-seen time, and content of the application. Renders a `<header>`. */
export function ChatHeader({ avatar, actions, ...props }: ChatHeaderProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const available = useFlowState(({ connection, remoteAvailable }) =>
    connection === 'online' ? remoteAvailable : undefined,
  );
  const lastSeen = useFlowState(({ connection, remoteLastSeen }) =>
    connection === 'online' ? remoteLastSeen : undefined,
  );
  const presence = available === undefined ? undefined : available ? 'available' : 'unavailable';
  const name = nameOf(settings, flow.remote);
  return renderPart('header', 'header', { presence }, props, {
    ...settings.language,
    children: (
      <>
        {avatar === undefined ? <Avatar address={flow.remote} /> : avatar}
        <span className="imflow-title">
          <strong className="imflow-name" dir="auto">
            {name}
          </strong>
          <small className="imflow-presence" dir={settings.textDir}>
            {presence === 'unavailable' && lastSeen !== undefined ? (
              <LastSeen time={lastSeen} />
            ) : (
              presence && settings.translations[presence]
            )}
          </small>
        </span>
        {actions}
      </>
    ),
  });
}

/** "Last seen: Yesterday, 10:42"; the time alone if it is today. */
function LastSeen({ time }: { readonly time: number }): ReactElement {
  const { translations, locale } = useSettings();
  const element = useRef<HTMLSpanElement>(null);
  const today = useToday(useCallback(() => element.current, []));
  const day = dayOf(time);
  const at = shortTime(time, locale);
  return (
    <span ref={element}>
      {translations.lastSeen(day === today ? at : translations.joined(dayName(day, today, translations, locale), at))}
    </span>
  );
}
