export { createFakeTransport } from './fakeTransport.ts';
export type {
  FakeComposing,
  FakeHistoryRequest,
  FakeMessage,
  FakeNotification,
  FakeTransport,
  FakeTransportOptions,
  SentByFlow,
} from './fakeTransport.ts';
export { createFaultyStorage } from './faultyStorage.ts';
export type { FaultyStorage, FaultyStorageOptions, StorageCall, StorageFault } from './faultyStorage.ts';
export { flushMicrotasks } from './flushMicrotasks.ts';
export { createSeededRandom } from './seededRandom.ts';
export { createVirtualClock } from './virtualClock.ts';
export type { VirtualClock, VirtualClockOptions } from './virtualClock.ts';
