/** Reads and writes disposition notifications (RFC 5438). */

import { type Decoded, problem } from './decoded.ts';
import { childOf, escapeXml, readXml, type XmlElement } from './xml.ts';

/** The content type of a disposition notification (RFC 5438, section 7.1). */
export const IMDN_TYPE = 'message/imdn+xml';
const NAMESPACE = 'urn:ietf:params:xml:ns:imdn';
/** Where liblinphone puts the response code of a failure; RFC 5438 has no place for it but allows such extensions. */
const REASON_NAMESPACE = 'http://www.linphone.org/xsds/imdn.xsd';

/** The kind of notification (RFC 5438, section 7.2.1.1). */
export type ImdnDisposition = 'delivery' | 'processing' | 'display';
/** The outcome of the message. `stored` and `processed` go with processing, `displayed` with display (RFC 5438). */
export type ImdnStatus = 'delivered' | 'displayed' | 'processed' | 'stored' | 'failed' | 'forbidden' | 'error';

/** The content of an RFC 5438 disposition notification. */
export interface Imdn {
  /** The message that it is about: the `imdn.Message-ID` of CPIM, or the Call-ID of a message without CPIM. */
  readonly messageId: string;
  readonly disposition: ImdnDisposition;
  readonly status: ImdnStatus;
  /** When the message that it is about was sent, in ms since the epoch. */
  readonly sentAt?: number;
  /** For a failure: a SIP response code, 300 to 699. */
  readonly code?: number;
  readonly recipient?: string;
}

const STATUSES: Readonly<Record<ImdnDisposition, readonly ImdnStatus[]>> = {
  delivery: ['delivered', 'failed', 'forbidden', 'error'],
  processing: ['processed', 'stored', 'forbidden', 'error'],
  display: ['displayed', 'forbidden', 'error'],
};
const DISPOSITIONS = Object.keys(STATUSES) as readonly ImdnDisposition[];
const MAX_ID_LENGTH = 1_024;

/**
 * Reads a notification, with or without its optional parts and whatever namespace its elements claim. The first of
 * several dispositions counts.
 */
export function decodeImdn(source: string): Decoded<Imdn> {
  const read = readXml(source);
  if ('problem' in read) return read;
  const root = read.value;
  if (root.name !== 'imdn') return problem(`the root is not imdn, but ${root.name.slice(0, 40)}`);
  const messageId = childOf(root, 'message-id')?.text ?? '';
  if (messageId === '' || messageId.length > MAX_ID_LENGTH) return problem('imdn has no valid message-id');
  const disposition = DISPOSITIONS.find((name) => childOf(root, `${name}-notification`) !== undefined);
  if (disposition === undefined) return problem('imdn has no notification of delivery, processing or display');
  const element = childOf(childOf(root, `${disposition}-notification`), 'status');
  const status = STATUSES[disposition].find((name) => childOf(element, name) !== undefined);
  if (status === undefined) return problem(`imdn has no valid status of ${disposition}`);
  const sentAt = Date.parse(childOf(root, 'datetime')?.text ?? '');
  const code = codeOf(element);
  const recipient = childOf(root, 'recipient-uri')?.text ?? '';
  return {
    value: {
      messageId,
      disposition,
      status,
      ...(Number.isNaN(sentAt) ? {} : { sentAt }),
      ...(code === undefined ? {} : { code }),
      ...(recipient === '' ? {} : { recipient }),
    },
  };
}

/** Writes a notification as RFC 5438 has it; what XML reserves is escaped. */
export function encodeImdn({ messageId, disposition, status, sentAt, code, recipient }: Imdn): string {
  const reason = code === undefined ? '' : `<l:reason xmlns:l="${REASON_NAMESPACE}" code="${code}"/>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<imdn xmlns="${NAMESPACE}">` +
    `<message-id>${escapeXml(messageId)}</message-id>` +
    (isTime(sentAt) ? `<datetime>${new Date(sentAt).toISOString()}</datetime>` : '') +
    (recipient === undefined ? '' : `<recipient-uri>${escapeXml(recipient)}</recipient-uri>`) +
    `<${disposition}-notification><status><${status}/>${reason}</status></${disposition}-notification></imdn>`
  );
}

function codeOf(status: XmlElement | undefined): number | undefined {
  const reason = childOf(status, 'reason')?.attributes.get('code') ?? '';
  return /^[3-6]\d\d$/.test(reason) ? Number(reason) : undefined;
}

function isTime(value: number | undefined): value is number {
  return value !== undefined && Math.abs(value) <= 8.64e15;
}
