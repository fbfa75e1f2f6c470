import { useMessage } from '@imflow/react';
import { MessageBody } from '@imflow/ui';
import type { ReactElement } from 'react';

/** The body of one message, in a row of your own. */
export function MessageBodyAnatomy({ id }: { id: string }): ReactElement | null {
  const message = useMessage(id);
  return message ? (
    <blockquote dir="auto">
      <MessageBody message={message} />
    </blockquote>
  ) : null;
}
