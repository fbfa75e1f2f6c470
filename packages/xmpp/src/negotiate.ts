/** Stream negotiation: SASL, resumption, resource binding. */

import { domainOf, localPartOf } from './address.ts';
import type { XmlStream } from './xmlStream.ts';
import { NS } from './namespaces.ts';
import { base64ToText, createScram, strongest, textToBase64 } from './scram.ts';
import { childOf, childrenOf, element, textOf, type XmlElement } from './xml.ts';

export interface NegotiationOptions {
  /** Bare address. */
  readonly address: string;
  readonly password: string;
  readonly resource: string;
  /** PLAIN may be used, because the connection is encrypted or local. */
  readonly mayUsePlain: boolean;
  readonly nonce: string;
  /** A session to resume, and the number of its handled stanzas. */
  readonly resume: { readonly id: string; readonly handled: () => number } | undefined;
}

export interface Session {
  /** The number of stanzas that the server has handled, if the old session was resumed. */
  readonly resumedWith?: number;
  /** The id by which the session can be resumed. */
  readonly resumable?: string;
  /** The largest stanza that the server accepts, in bytes, if it announces a limit (XEP-0478). */
  readonly maxStanzaBytes?: number;
  /** How long the server keeps a resumable session, in seconds, if it announces the time. */
  readonly resumableFor?: number;
  /** Whether the server counts stanzas (XEP-0198). */
  readonly counts: boolean;
  /** Stanzas that came before the server counted: the resource receives them from its binding on (RFC 6120 section 7). */
  readonly early?: readonly XmlElement[];
}

/** The server refused the sign-in permanently: a retry cannot succeed. */
export class AuthenticationError extends Error {
  override readonly name = 'Refused';
}

/**
 * Signs in on a fresh stream: SASL, then the old session or a new one. @throws AuthenticationError, or Error where the
 * stream fails.
 */
export async function negotiate(stream: XmlStream, options: NegotiationOptions): Promise<Session> {
  const { address, resource, resume } = options;
  await stream.opened;
  await authenticate(stream, await openStream(stream, address), options);
  const features = await openStream(stream, address);
  const counts = childOf(features, 'sm', NS.sm) !== undefined;
  const limits = maxStanzaBytesIn(features);
  if (resume !== undefined && counts) {
    stream.send(element('resume', NS.sm, { previd: resume.id, h: String(resume.handled()) }));
    const answer = await stream.read();
    if (answer.xmlns === NS.sm && answer.name === 'resumed') {
      return { resumedWith: Number(answer.attributes['h']) || 0, resumable: resume.id, counts, ...limits };
    }
    if (answer.name !== 'failed') throw new Error('unexpected');
  }
  const bind = element('bind', NS.bind, {}, element('resource', NS.bind, {}, resource));
  stream.send(element('iq', NS.client, { type: 'set', id: 'bind' }, bind));
  const bound = await stream.read();
  if (bound.attributes['type'] !== 'result' || bound.attributes['id'] !== 'bind') throw new Error('unexpected');
  if (!counts) return { counts, ...limits };
  stream.send(element('enable', NS.sm, { resume: 'true' }));
  const early: XmlElement[] = [];
  let enabled = await stream.read();
  for (; enabled.xmlns === NS.client; enabled = await stream.read()) early.push(enabled);
  if (enabled.xmlns !== NS.sm || enabled.name !== 'enabled') return { counts: false, early, ...limits };
  const { id, resume: canResume = 'false', max } = enabled.attributes;
  const resumableFor = Number(max) > 0 ? { resumableFor: Number(max) } : {};
  return {
    counts,
    early,
    ...limits,
    ...resumableFor,
    ...(id !== undefined && ['true', '1'].includes(canResume) ? { resumable: id } : {}),
  };
}

function maxStanzaBytesIn(features: XmlElement): { readonly maxStanzaBytes?: number } {
  const limits = childOf(features, 'limits', NS.limits);
  const bytes = Number(textOf(limits && childOf(limits, 'max-bytes', NS.limits)));
  return bytes > 0 ? { maxStanzaBytes: bytes } : {};
}

/** Opens or restarts the stream; returns the features that the server offers. */
async function openStream(stream: XmlStream, address: string): Promise<XmlElement> {
  stream.send(element('open', NS.framing, { to: domainOf(address), version: '1.0' }));
  const open = await stream.read();
  throwIfUnknownDomain(open, address);
  if (open.xmlns !== NS.framing || open.name !== 'open') throw new Error('not-xmpp');
  const features = await stream.read();
  throwIfUnknownDomain(features, address);
  if (features.xmlns !== NS.stream || features.name !== 'features') throw new Error('unexpected');
  return features;
}

/** The stream errors for an address of a different server (RFC 6120 section 4.9.3). */
function throwIfUnknownDomain(stanza: XmlElement, address: string): void {
  if (stanza.xmlns !== NS.stream || stanza.name !== 'error') return;
  if (childrenOf(stanza).some(({ name }) => name === 'host-unknown' || name === 'host-gone')) {
    throw new AuthenticationError(`This server does not know the domain ${domainOf(address)}.`);
  }
  throw new Error('ended');
}

async function authenticate(stream: XmlStream, features: XmlElement, options: NegotiationOptions): Promise<void> {
  const { address, password, mayUsePlain, nonce } = options;
  const list = childOf(features, 'mechanisms', NS.sasl);
  const offered = list === undefined ? [] : childrenOf(list).map((mechanism) => textOf(mechanism).trim());
  const user = localPartOf(address);
  const mechanism = strongest(offered);
  if (mechanism === undefined) {
    if (!offered.includes('PLAIN') || !mayUsePlain)
      throw new AuthenticationError('The server offers no safe sign-in: enable SCRAM on the server.');
    stream.send(element('auth', NS.sasl, { mechanism: 'PLAIN' }, textToBase64(`\0${user}\0${password}`)));
    await expectSuccess(stream);
    return;
  }
  if (globalThis.crypto?.subtle === undefined) {
    const problem =
      'The page was not loaded over https, so the browser offers no cryptography for a safe sign-in: use https.';
    throw new AuthenticationError(problem);
  }
  const scram = createScram(mechanism, user, password, nonce);
  stream.send(element('auth', NS.sasl, { mechanism }, textToBase64(scram.first)));
  const challenge = await stream.read();
  refusedIf(challenge);
  if (challenge.name !== 'challenge' || challenge.xmlns !== NS.sasl) throw new Error('unexpected');
  stream.send(element('response', NS.sasl, {}, textToBase64(await scram.answer(base64ToText(textOf(challenge))))));
  const success = await expectSuccess(stream);
  if (!scram.proves(base64ToText(textOf(success)))) {
    throw new AuthenticationError('The server could not prove that it knows the password: it may be an impostor.');
  }
}

async function expectSuccess(stream: XmlStream): Promise<XmlElement> {
  const success = await stream.read();
  refusedIf(success);
  if (success.name !== 'success' || success.xmlns !== NS.sasl) throw new Error('unexpected');
  return success;
}

/** Failures of SASL (RFC 6120 section 6.5). */
const REFUSALS: Readonly<Record<string, string>> = {
  'not-authorized': 'the address or the password is wrong',
  'account-disabled': 'this account is disabled',
  'credentials-expired': 'the password has expired',
  'encryption-required': 'it requires an encrypted connection',
  'mechanism-too-weak': 'it requires a stronger sign-in mechanism than SCRAM',
};

/** Of the failures of SASL, only `temporary-auth-failure` is retryable (RFC 6120 section 6.5.11). */
function refusedIf(answer: XmlElement): void {
  if (answer.name !== 'failure' || answer.xmlns !== NS.sasl) return;
  if (childOf(answer, 'temporary-auth-failure', NS.sasl) !== undefined) throw new Error('temporary');
  const reason = childrenOf(answer).find(({ name }) => Object.hasOwn(REFUSALS, name))?.name ?? 'not-authorized';
  throw new AuthenticationError(`The server refused the sign-in: ${REFUSALS[reason]}.`);
}
