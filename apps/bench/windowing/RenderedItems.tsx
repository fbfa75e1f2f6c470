import { useMessageOrder } from '@imflow/react';
import { MessageList } from '@imflow/ui';
import { memo, type ReactElement, useLayoutEffect, useRef } from 'react';

/** What a row out of view is taken to be high, until it was in view once. */
const ROW_STYLE = { contentVisibility: 'auto', containIntrinsicSize: 'auto 64px' } as const;

const Row = memo(function Row(row: { id: string; previous: string | undefined; next: string | undefined }) {
  return (
    <div style={ROW_STYLE}>
      <MessageList.Item {...row} />
    </div>
  );
});

/**
 * All messages in the document, of which the browser skips what is out of view: what `MessageList.Items` would be
 * without a window. The browser keeps the place; at the end, the list follows.
 */
export function RenderedItems(): ReactElement {
  const order = useMessageOrder();
  const items = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);

  useLayoutEffect(() => {
    const viewport = items.current?.closest('.imflow-viewport');
    if (!items.current || !viewport) return undefined;
    const stay = (): void => {
      if (atEnd.current) viewport.scrollTop = viewport.scrollHeight;
    };
    const look = (): void => {
      atEnd.current = viewport.scrollHeight - viewport.clientHeight - viewport.scrollTop < 80;
    };
    // Rows find their sizes when they come into view.
    const sizes = new ResizeObserver(stay);
    sizes.observe(items.current);
    viewport.addEventListener('scroll', look);
    return () => {
      sizes.disconnect();
      viewport.removeEventListener('scroll', look);
    };
  }, []);

  return (
    <div ref={items} className="imflow-items" style={{ overflowAnchor: 'auto' }}>
      {Array.from(order, (id, index) => (
        <Row key={id} id={id} previous={order[index - 1]} next={order[index + 1]} />
      ))}
    </div>
  );
}
