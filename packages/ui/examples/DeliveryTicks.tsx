import { useMessage } from '@imflow/react';
import { DeliveryTicks } from '@imflow/ui';
import type { ReactElement } from 'react';

/** The ticks of one own message, wherever you show it. */
export function DeliveryTicksAnatomy({ id }: { id: string }): ReactElement | null {
  const message = useMessage(id);
  return message?.direction === 'outgoing' ? <DeliveryTicks status={message.status} /> : null;
}
