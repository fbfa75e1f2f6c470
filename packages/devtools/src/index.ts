/** The inspector of a flow, and the sentences that explain the status of a message. */

export { FlowInspector, type FlowInspectorProps } from './FlowInspector.tsx';
export { explainStatus, type StatusContext, type StatusExplanation } from './explain/explainStatus.ts';
export type { StatusReason } from './explain/sentences.ts';
