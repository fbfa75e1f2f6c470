import { useMessageOrder } from '@imflow/react';
import { MessageList } from '@imflow/ui';
import { memo, type ReactElement, useLayoutEffect, useRef } from 'react';

/** The assumed height of a row that was never in view. */
const ROW_STYLE = { contentVisibility: 'auto', containIntrinsicSize: 'auto 64px' } as const;

const Row = memo(function Row(row: { id: string; previous: string | undefined; next: string | undefined }) {
  return (
    <div style={ROW_STYLE}>
      <MessageList.Item {...row} />
    </div>
  );
});

/**
 * All messages in the document; the browser skips those out of view: what `MessageList.Items` would be without a
 * virtualizer. The browser anchors the scroll position; at the end, the list follows.
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
    // Rows get their real sizes when they come into view.
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
