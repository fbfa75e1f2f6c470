import { FlowInspector } from '@imflow/devtools';
import { useFlow } from '@imflow/react';
import { TanStackDevtools } from '@tanstack/react-devtools';
import type { ReactElement } from 'react';

/** Beside the plugins of other libraries, inside the provider of the flow. */
export function Devtools(): ReactElement {
  const flow = useFlow();
  return (
    <TanStackDevtools
      plugins={[
        {
          id: 'imflow',
          name: 'imflow',
          render: (_element, { theme }) => (
            <FlowInspector flow={flow} placement="inline" defaultOpen colorScheme={theme} />
          ),
        },
      ]}
    />
  );
}
