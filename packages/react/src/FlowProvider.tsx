'use client';

import type { InstantMessagingFlow, InstantMessagingFlowOptions } from '@imflow/core';
import type { ReactElement, ReactNode } from 'react';
import { FlowContext } from './FlowContext.ts';
import { useSharedFlow } from './useSharedFlow.ts';

/** A flow of your own, which you start and terminate; or the options of one that is started, shared and ended for you. */
export type FlowProviderProps = ({ readonly flow: InstantMessagingFlow } | InstantMessagingFlowOptions) & {
  readonly children?: ReactNode;
};

/** Gives a flow to all components and hooks below. Providers with the same transport and remote share one flow. */
export function FlowProvider(props: FlowProviderProps): ReactElement {
  const flow = useSharedFlow('flow' in props ? props.flow : props);
  return <FlowContext.Provider value={flow}>{props.children}</FlowContext.Provider>;
}
