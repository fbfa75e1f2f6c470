/** Finds the service for uploads of a server (XEP-0030, XEP-0363), and asks it for slots. */

import { TransportFailure } from '@imflow/core';
import { domainOf, isLoopback } from '../address.ts';
import { type IqError, isRefusal, type XmppTransport } from '../iq.ts';
import { NS } from '../namespaces.ts';
import { responseCodeOf } from '../stanzaError.ts';
import { childOf, childrenOf, element, textOf, type XmlElement } from '../xml.ts';

const UPLOAD = 'urn:xmpp:http:upload:0';
const ITEMS = 'http://jabber.org/protocol/disco#items';
/** Items of a server beyond these are not asked. */
const MAX_ITEMS = 50;
/** The longest address that a message with a file may name. */
const MAX_ADDRESS_LENGTH = 2_048;
/** The only headers that a service may set (XEP-0363 section 5). */
const ALLOWED_HEADERS = /^(?:authorization|cookie|expires)$/i;

/** Where a server takes files. */
export interface UploadService {
  readonly address: string;
  /** Undefined: it names no limit. */
  readonly maxFileBytes: number | undefined;
}

/** Where one file is put, and where it is read. */
export interface UploadSlot {
  readonly uploadUrl: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A refusal of a service, with the limit where the file was too large. */
export class SlotRefused extends TransportFailure {
  readonly maxFileBytes: number | undefined;
  /** The service is no longer there. */
  readonly isGone: boolean;

  constructor(answer: XmlElement, condition: string | undefined) {
    const error = childOf(answer, 'error', NS.client) ?? answer;
    const tooLarge = childOf(error, 'file-too-large', UPLOAD);
    const isLater = error.attributes['type'] === 'wait' || childOf(error, 'retry', UPLOAD) !== undefined;
    const isGone = !isLater && GONE.has(condition ?? '');
    const code = isGone ? 501 : tooLarge === undefined ? responseCodeOf(answer) : 413;
    super(code, `The server does not take the file: ${tooLarge === undefined ? condition : 'file-too-large'}.`, {
      retryable: isLater,
    });
    this.isGone = isGone;
    this.maxFileBytes = tooLarge && bytesIn(textOf(childOf(tooLarge, 'max-file-size', UPLOAD)));
  }
}

const GONE: ReadonlySet<string> = new Set([
  'service-unavailable',
  'feature-not-implemented',
  'item-not-found',
  'remote-server-not-found',
]);

/**
 * Asks the user's domain and its items. Undefined where none of them takes files. Rejects with a retryable
 * `TransportFailure` where one of them did not answer.
 */
export async function findUploadService(transport: XmppTransport): Promise<UploadService | undefined> {
  const domain = domainOf(transport.localAddress);
  const ask = (xmlns: string, to: string): Promise<XmlElement | undefined> =>
    transport
      .requestIq('get', element('query', xmlns), to)
      .then((answer) => childOf(answer, 'query', xmlns), unlessSilent);
  const listed = await ask(ITEMS, domain);
  const items = childrenOf(listed ?? element('none', ITEMS)).flatMap(({ attributes: { jid } }) => jid ?? []);
  const asked = Array.from(new Set([domain, ...items])).slice(0, MAX_ITEMS);
  // The first answer counts, so that a service that is out of order delays nothing.
  const answers = asked.map(async (address) => {
    const info = await ask(NS.info, address);
    const service = info && serviceIn(address, info);
    return service ?? Promise.reject(new NoService());
  });
  try {
    return await Promise.any(answers);
  } catch (error) {
    const errors = (error as AggregateError).errors as readonly Error[];
    const silent = errors.find((each) => !(each instanceof NoService));
    if (silent !== undefined) throw silent;
    return undefined;
  }
}

class NoService extends Error {
  override readonly name = 'NoService';
}

/** A refusal counts as an answer without content. @throws TransportFailure that is retryable, for all else. */
function unlessSilent(error: unknown): undefined {
  if (isRefusal(error)) return undefined;
  throw new TransportFailure(503, 'The server did not answer.', { retryable: true, cause: error });
}

function serviceIn(address: string, info: XmlElement): UploadService | undefined {
  const children = childrenOf(info);
  if (!children.some(({ name, attributes }) => name === 'feature' && attributes['var'] === UPLOAD)) return undefined;
  const fields = children
    .filter(({ xmlns }) => xmlns === NS.data)
    .map(childrenOf)
    .find((form) => form.some((field) => field.attributes['var'] === 'FORM_TYPE' && valueOf(field) === UPLOAD));
  const limit = fields?.find(({ attributes }) => attributes['var'] === 'max-file-size');
  return { address, maxFileBytes: bytesIn(valueOf(limit)) };
}

function valueOf(field: XmlElement | undefined): string {
  return textOf(field && childOf(field, 'value', NS.data));
}

function bytesIn(text: string): number | undefined {
  const bytes = Number(text);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}

/**
 * Asks a service for a slot. Rejects with a {@link SlotRefused}, or with a `TransportFailure` where the service does
 * not answer.
 */
export async function requestSlot(
  transport: XmppTransport,
  service: UploadService,
  { name, type, size }: { readonly name: string; readonly type: string; readonly size: number },
): Promise<UploadSlot> {
  const request = element('request', UPLOAD, { filename: name, size: String(size), 'content-type': type });
  const answer = await transport.requestIq('get', request, service.address).catch((error: unknown) => {
    if (isRefusal(error)) throw refusalOf(error);
    return unlessSilent(error);
  });
  const slot = answer && childOf(answer, 'slot', UPLOAD);
  const put = slot && childOf(slot, 'put', UPLOAD);
  const uploadUrl = addressIn(put);
  const url = addressIn(slot && childOf(slot, 'get', UPLOAD));
  if (put === undefined || uploadUrl === undefined || url === undefined) {
    throw new TransportFailure(502, 'The slot of the server for a file cannot be read.', { retryable: false });
  }
  const headers = childrenOf(put).flatMap((header): [string, string][] => {
    const field = withoutLineEnds(header.attributes['name'] ?? '');
    return ALLOWED_HEADERS.test(field) ? [[field, withoutLineEnds(textOf(header))]] : [];
  });
  return { uploadUrl, url, headers: Object.fromEntries(headers) };
}

function refusalOf({ answer, condition }: IqError): SlotRefused {
  return new SlotRefused(answer ?? element('iq', NS.client), condition);
}

function withoutLineEnds(text: string): string {
  return text.replaceAll(/[\r\n]/g, '');
}

/** Both addresses have to be `https:` (XEP-0363 section 4), except on this machine. */
function addressIn(holder: XmlElement | undefined): string | undefined {
  const { url = '' } = holder?.attributes ?? {};
  if (url.length > MAX_ADDRESS_LENGTH || !URL.canParse(url)) return undefined;
  const { protocol } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(new URL(url))) ? url : undefined;
}
