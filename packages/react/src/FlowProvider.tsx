'use client';

/** Provides a flow to the components below. */

import type { InstantMessagingFlow, InstantMessagingFlowOptions } from '@imflow/core';
import type { ReactElement, ReactNode } from 'react';
import { FlowContext } from './FlowContext.ts';
import { useSharedFlow } from './useSharedFlow.ts';

/**
 * The flow to provide: a flow that the application starts and terminates, or options from which one is created,
 * started, shared and terminated.
 */
export type FlowProviderProps = ({ readonly flow: InstantMessagingFlow } | InstantMessagingFlowOptions) & {
  readonly children?: ReactNode;
};

/**
 * Provides a flow to all components and hooks below. Providers with the same transport and remote share a flow.
 *
 * @throws FlowError `invalid-argument` while rendering, naming the prop that is missing or wrong.
 */
export function FlowProvider(props: FlowProviderProps): ReactElement {
  const { children, ...source } = props;
  const flow = useSharedFlow('flow' in source && source.flow ? source.flow : (source as InstantMessagingFlowOptions));
  return <FlowContext.Provider value={flow}>{children}</FlowContext.Provider>;
}
