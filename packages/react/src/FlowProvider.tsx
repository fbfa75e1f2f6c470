'use client';

/** Provides a flow to the components below. */

import type { InstantMessagingFlow, InstantMessagingFlowOptions } from '@imflow/core';
import type { ReactElement, ReactNode } from 'react';
import { FlowContext } from './FlowContext.ts';
import { useSharedFlow } from './useSharedFlow.ts';

/** A flow of your own, which you start and terminate; or the options of one that is started, shared and terminated for you. */
export type FlowProviderProps = ({ readonly flow: InstantMessagingFlow } | InstantMessagingFlowOptions) & {
  readonly children?: ReactNode;
};

/**
 * Provides a flow to all components and hooks below. Providers with the same transport and remote share one flow.
 *
 * @throws FlowError `invalid-argument` while rendering, naming the prop that is missing or wrong.
 */
export function FlowProvider(props: FlowProviderProps): ReactElement {
  const flow = useSharedFlow('flow' in props && props.flow ? props.flow : (props as InstantMessagingFlowOptions));
  return <FlowContext.Provider value={flow}>{props.children}</FlowContext.Provider>;
}
