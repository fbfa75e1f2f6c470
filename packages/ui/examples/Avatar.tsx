import { Avatar, ChatSettings } from '@imflow/ui';
import type { ReactElement } from 'react';

/** A picture if there is one, else initials. */
export function AvatarAnatomy({ picture }: { readonly picture: string }): ReactElement {
  return (
    <ChatSettings names={{ bo: 'Bo', echo: 'Echo' }} avatars={{ bo: picture }}>
      <Avatar address="bo" />
      <Avatar address="echo" className={({ tint }) => `tint-${tint}`} />
    </ChatSettings>
  );
}
