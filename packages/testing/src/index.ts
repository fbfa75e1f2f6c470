/** Fakes of every port, the conformance suite of transports, simulations, and traces. */

export type { ConformancePair } from './conformance/harness.ts';
export { type ConformanceCase, transportConformance } from './conformance/transportConformance.ts';
export { createFakeUploader, type FakeUpload, type FakeUploader, type FakeUploaderOptions } from './fakeUploader.ts';
export { createFakeTabs } from './fakeTabs.ts';
export { createFakeTransport } from './fakeTransport.ts';
export type {
  FakeAcknowledgement,
  FakeComposing,
  FakeHistoryRequest,
  FakeMessage,
  FakeNotification,
  FakeOperation,
  FakeTransport,
  FakeTransportOptions,
  SentByFlow,
} from './fakeTransport.ts';
export { createFaultyStorage } from './faultyStorage.ts';
export type { FaultyStorage, FaultyStorageOptions, StorageCall, StorageFault } from './faultyStorage.ts';
export { flushMicrotasks } from './flushMicrotasks.ts';
export { createSeededRandom } from './seededRandom.ts';
export { type PrintTraceOptions, printTrace, readTrace } from './trace/printTrace.ts';
export { replay, type TraceReplay } from './trace/replay.ts';
export { type FlowTrace, type RecordTraceOptions, recordTrace, type TraceRecording } from './trace/trace.ts';
export { createVirtualClock } from './virtualClock.ts';
export type { VirtualClock, VirtualClockOptions } from './virtualClock.ts';
export type { SimulatedUserName, SimulationAction, SimulationScenario, SimulationScript } from './simulation/script.ts';
export { createScript, printScript, readScript } from './simulation/script.ts';
export type { SimulationResult } from './simulation/simulate.ts';
export { type TracedSimulation, traceSimulation } from './simulation/traceSimulation.ts';
export { searchSeeds, shrinkScript, simulate, simulateSeed } from './simulation/simulate.ts';
