import { type InstantMessagingFlow, showSystemNotification, truncateText, useNotifications } from '@imflow/react';

/** Shows a system notification for each message that arrives while the user looks elsewhere, if they have allowed it. */
export function useNotice(
  flows: InstantMessagingFlow | readonly InstantMessagingFlow[],
  names: Readonly<Record<string, string>>,
  muted: readonly string[] = [],
): void {
  useNotifications(flows, {
    show({ id, body, contentType }, { remote }) {
      if (muted.includes(remote)) return;
      const name = Object.hasOwn(names, remote) ? names[remote] : undefined;
      showSystemNotification({
        title: name ?? remote,
        body: contentType === 'text/plain' ? truncateText(body, 200) : undefined,
        tag: id,
      });
    },
  });
}
