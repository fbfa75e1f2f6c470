import { useMessage } from '@imflow/react';
import { MessageDetails, DeliveryTicks } from '@imflow/ui';
import type { ReactElement } from 'react';

/** The ticks of one own message, with the facts behind them. */
export function MessageDetailsAnatomy({ id }: { id: string }): ReactElement | null {
  const message = useMessage(id);
  return message?.direction === 'outgoing' ? (
    <MessageDetails message={message}>
      <DeliveryTicks status={message.status} />
    </MessageDetails>
  ) : null;
}
