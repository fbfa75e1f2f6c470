/** Transports without a server: between tabs of one browser, and within one page. */

export { createBroadcastChannelTransport } from './broadcastChannel/broadcastChannelTransport.ts';
export type {
  BroadcastChannelLike,
  BroadcastChannelTransportOptions,
} from './broadcastChannel/broadcastChannelTransport.ts';
export type { PageEvents } from './broadcastChannel/pageLifecycle.ts';
export type { LoopbackFrame } from './loopback/frames.ts';
export type { LinkFaults } from './loopback/linkFaults.ts';
export { createLoopbackNetwork } from './loopback/loopbackNetwork.ts';
export type { LoopbackConnectOptions, LoopbackNetwork, LoopbackNetworkOptions } from './loopback/loopbackNetwork.ts';
