import { useFlowState } from '@imflow/react';
import { useEffect } from 'react';

/** The title of the tab, with how many messages wait in it. */
export function useUnreadTitle(title: string): void {
  const unread = useFlowState((snapshot) => snapshot.unreadCount);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
  }, [unread, title]);
}
