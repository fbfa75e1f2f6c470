import { notificationAccess, requestNotificationAccess } from '@imflow/react';
import { type ReactElement, useState } from 'react';
import { Icon } from '../Icon.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';

/** Asks for the permission to show system notifications. Renders nothing once the user has answered. */
export function NoticeButton(): ReactElement | null {
  const label = useWords().conversations.notify;
  const [access, setAccess] = useState(notificationAccess);
  if (access !== 'default') return null;
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={() => void requestNotificationAccess().then(setAccess)}
    >
      <Icon name="bell" />
    </button>
  );
}
