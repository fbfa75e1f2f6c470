'use client';

import { type ReactElement, useEffect, useRef } from 'react';
import { useMessageList } from './MessageListContext.ts';

/** The middle of a received message that was not seen yet, watched until it is. */
export function UnseenMiddle({ id }: { readonly id: string }): ReactElement {
  const { observe } = useMessageList();
  const middle = useRef<HTMLElement>(null);
  useEffect(() => (middle.current ? observe(middle.current, id) : undefined), [observe, id]);
  return <i ref={middle} className="imflow-middle" />;
}
