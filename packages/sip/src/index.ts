/** The transport over SIP, and its codecs. */

export { type Cpim, CPIM_TYPE, decodeCpim, encodeCpim, type RequestedDisposition } from './codecs/cpim.ts';
export type { Decoded } from './codecs/decoded.ts';
export {
  decodeFrame,
  encodeFrame,
  MAX_FRAME_BYTES,
  type RefusedFrame,
  type SipFrame,
  type SipHeader,
} from './codecs/frame.ts';
export { decodeImdn, encodeImdn, type Imdn, IMDN_TYPE, type ImdnDisposition, type ImdnStatus } from './codecs/imdn.ts';
export { inflate, MAX_INFLATED_BYTES } from './codecs/inflate.ts';
export { decodeIsComposing, encodeIsComposing, IS_COMPOSING_TYPE, type IsComposing } from './codecs/isComposing.ts';
export type { WebSocketLike } from './link.ts';
export type { ConnectionError, SipTransportOptions } from './options.ts';
export { createSipTransport } from './sipTransport.ts';
