export { FlowProvider, type FlowProviderProps } from './FlowProvider.tsx';
export type { FlowSource } from './flowSource.ts';
export { stopComposing } from './stopComposing.ts';
export { useFlow } from './useFlow.ts';
export { useFlowEvent } from './useFlowEvent.ts';
export { useFlowState, useRemoteComposers } from './useFlowState.ts';
export { type InstantMessaging, useInstantMessagingFlow } from './useInstantMessagingFlow.ts';
export { useMessage, useMessageOrder, useMessageState } from './useMessages.ts';
export { watchAttention } from './watchAttention.ts';
export type {
  FlowEvents,
  FlowSnapshot,
  InstantMessagingFlow,
  InstantMessagingFlowOptions,
  MessageOrder,
  MessageRecord,
  MessageStatus,
} from '@imflow/core';
