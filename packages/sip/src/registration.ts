import type { CheckedOptions } from './options.ts';
import { addressIn, domainUriOf, keyOf } from './address.ts';
import { headerOf, headersOf, type SipFrame } from './codecs/frame.ts';
import { codeOf, type Identity, type RequestDraft } from './requests.ts';

/**
 * The registration of one transport (RFC 3261, section 10). The contact stays the same, so each registration replaces
 * the last.
 */
export interface Registration {
  /** @param lifetime in seconds; 0 removes the contact. */
  draft(lifetime: number): RequestDraft;
  /** Registers. Resolves with the response of the registrar. */
  register(ask: (draft: RequestDraft) => Promise<SipFrame>): Promise<RegistrationOutcome>;
}

export type RegistrationOutcome =
  | { readonly granted: number }
  /** `granted` and `failed` are in ms. A refusal with `refused` is final. */
  | { readonly refused: string }
  | { readonly failed: number };

/** Codes that refuse the account permanently. */
const REFUSALS: Readonly<Record<number, string>> = {
  401: 'The server refused the sign-in: the address or the password is wrong.',
  403: 'The server refused the sign-in: the address or the password is wrong.',
  404: 'The server does not know this address.',
  407: 'The server refused the sign-in: the address or the password is wrong.',
};
const INTERVAL_TOO_BRIEF = 423;
const MAX_LIFETIME = 86_400;

export function createRegistration(options: CheckedOptions, { uri, host, via }: Identity): Registration {
  const { random } = options;
  const [callId, fromTag, user, instance] = [random.id(), random.id(), random.id(), random.id()];
  const contact = `sip:${user}@${host};transport=${via.toLowerCase()}`;
  let lifetime = options.registrationTime / 1_000;

  function draft(seconds: number): RequestDraft {
    const parameters = [`+sip.instance="<urn:uuid:${uuidOf(instance)}>"`, 'reg-id=1', `expires=${seconds}`];
    return {
      method: 'REGISTER',
      uri: domainUriOf(uri),
      to: uri,
      callId,
      fromTag,
      headers: [
        { name: 'Contact', value: `<${contact}>;${parameters.join(';')}` },
        { name: 'Expires', value: String(seconds) },
        { name: 'Supported', value: 'outbound, path' },
      ],
    };
  }

  /** What the registrar granted: it lists all contacts of the address, ours among them. */
  function grantedIn(response: SipFrame): number {
    const own = headersOf(response, 'contact')
      .flatMap((header) => header.split(/,(?=\s*(?:"|<|sips?:))/))
      .find((each) => keyOf(addressIn(each)) === keyOf(contact));
    const seconds = Number(/;\s*expires="?(\d+)/i.exec(own ?? '')?.[1] ?? headerOf(response, 'expires') ?? lifetime);
    return Math.min(Number.isFinite(seconds) && seconds > 0 ? seconds : lifetime, MAX_LIFETIME) * 1_000;
  }

  return {
    draft,
    async register(ask) {
      let response = await ask(draft(lifetime));
      const least = Number(headerOf(response, 'min-expires'));
      if (codeOf(response) === INTERVAL_TOO_BRIEF && least > lifetime && least <= MAX_LIFETIME) {
        lifetime = least;
        response = await ask(draft(lifetime));
      }
      const code = codeOf(response);
      if (code < 300) return { granted: grantedIn(response) };
      const refused = REFUSALS[code];
      return refused === undefined ? { failed: code } : { refused };
    },
  };
}

function uuidOf(hex: string): string {
  return hex
    .replaceAll(/[^\da-f]/gi, '0')
    .padEnd(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
