import { useMessage } from '@imflow/react';
import { DeliveryFacts, DeliveryTicks } from '@imflow/ui';
import type { ReactElement } from 'react';

/** The ticks of one own message, with the facts behind them. */
export function DeliveryFactsAnatomy({ id }: { id: string }): ReactElement | null {
  const message = useMessage(id);
  return message?.direction === 'outgoing' ? (
    <DeliveryFacts message={message}>
      <DeliveryTicks status={message.status} />
    </DeliveryFacts>
  ) : null;
}
