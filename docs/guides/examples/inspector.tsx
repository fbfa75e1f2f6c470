import { FlowProvider, useFlow } from '@imflow/react';
import type { InstantMessagingFlow } from '@imflow/core';
import { Chat } from '@imflow/ui';
import { lazy, type ReactElement, Suspense } from 'react';

const FlowInspector = lazy(async () => ({ default: (await import('@imflow/devtools')).FlowInspector }));

/** @param inspects true in development; bundlers then leave the inspector out of production. */
export function InspectedChat({
  flow,
  inspects,
}: {
  readonly flow: InstantMessagingFlow;
  readonly inspects: boolean;
}): ReactElement {
  return (
    <FlowProvider flow={flow}>
      <Chat />
      {inspects && (
        <Suspense>
          <Inspector />
        </Suspense>
      )}
    </FlowProvider>
  );
}

function Inspector(): ReactElement {
  return <FlowInspector flow={useFlow()} />;
}
