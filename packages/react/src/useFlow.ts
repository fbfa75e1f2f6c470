'use client';

import { FlowError, type InstantMessagingFlow } from '@imflow/core';
import { useContext } from 'react';
import { FlowContext } from './FlowContext.ts';

/**
 * Returns the given flow, or that of the nearest `FlowProvider`.
 * @throws FlowError `configuration` if there is neither.
 */
export function useFlow(given?: InstantMessagingFlow): InstantMessagingFlow {
  const provided = useContext(FlowContext);
  const flow = given ?? provided;
  if (!flow) throw new FlowError('configuration', 'There is no flow: put a <FlowProvider> around this component.');
  return flow;
}
