import {
  FILE_CONTENT_TYPE,
  type InstantMessagingFlow,
  readableText,
  requestNotificationAccess,
  showSystemNotification,
  useNotifications,
  useUnreadTitle,
} from '@imflow/react';
import type { ReactElement } from 'react';

export interface NotifiedProps {
  readonly flows: readonly InstantMessagingFlow[];
  readonly names: Readonly<Record<string, string>>;
  /** Addresses whose messages are not shown. */
  readonly muted: readonly string[];
}

// #region hooks
/** A text, or a file with its caption or name. */
const TEXTS = ['text/plain', FILE_CONTENT_TYPE];

function useMessageNotifications({ flows, names, muted }: NotifiedProps): void {
  useUnreadTitle(flows, 'Chats');
  useNotifications(flows, {
    show(message, flow) {
      if (muted.includes(flow.remote)) return;
      showSystemNotification({
        title: names[flow.remote] ?? flow.remote,
        body: TEXTS.includes(message.contentType) ? readableText(message) : 'New message',
        tag: message.id,
        onClick: () => location.assign(`#${encodeURIComponent(flow.remote)}`),
      });
    },
  });
}
// #endregion

/** The title of the page counts unread messages; the system shows messages that arrive while the user is elsewhere. */
export function Notified(props: NotifiedProps): ReactElement {
  useMessageNotifications(props);
  return (
    <button type="button" onClick={() => void requestNotificationAccess()}>
      Turn on notifications
    </button>
  );
}
