'use client';

/** The header of a conversation: the participant's name and presence. */

import { useFlow, useFlowState } from '@imflow/react';
import type { ReactElement } from 'react';
import { Avatar } from '../internal/Avatar.tsx';
import { type PartProps, renderPart } from '../internal/part.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';

/** What the header shows, as `data-*` attributes and for `className` and `render`. */
export interface ChatHeaderState {
  /** Whether the participant is there, where the wire knows. */
  readonly presence: 'available' | 'unavailable' | undefined;
}

/** The attributes of a `<header>`, `className` by state, and `render`. */
export type ChatHeaderProps = PartProps<'header', ChatHeaderState>;

/** Whom the conversation is with, and whether they are there. Renders a `<header>`. */
export function ChatHeader(props: ChatHeaderProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const available = useFlowState(({ connection, remoteAvailable }) =>
    connection === 'online' ? remoteAvailable : undefined,
  );
  const presence = available === undefined ? undefined : available ? 'available' : 'unavailable';
  const name = nameOf(settings, flow.remote);
  return renderPart('header', 'header', { presence }, props, {
    ...settings.language,
    children: (
      <>
        <Avatar name={name} address={flow.remote} />
        <span className="imflow-title">
          <strong className="imflow-name" dir="auto">
            {name}
          </strong>
          <small className="imflow-presence" dir={settings.textDir}>
            {presence && settings.translations[presence]}
          </small>
        </span>
      </>
    ),
  });
}
