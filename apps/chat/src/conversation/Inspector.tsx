import { useFlow } from '@imflow/react';
import { lazy, type ReactElement, Suspense } from 'react';

const FlowInspector = lazy(async () => ({ default: (await import('@imflow/devtools')).FlowInspector }));

/** The inspector of the conversation, for developers: only with `inspect` in the query of the page. */
export function Inspector(): ReactElement | null {
  const flow = useFlow();
  if (!new URLSearchParams(location.search).has('inspect')) return null;
  return (
    <Suspense>
      <FlowInspector flow={flow} />
    </Suspense>
  );
}
