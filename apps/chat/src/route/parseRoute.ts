import { type Participant, participant } from './participant.ts';

/** The route of a page address. */
export type Route =
  | { readonly page: 'demo' }
  | { readonly page: 'conversations' }
  | { readonly page: 'server'; readonly name: string; readonly remote: string }
  | { readonly page: 'conversation'; readonly me: Participant; readonly remote: Participant }
  | {
      readonly page: 'connect';
      readonly fields: {
        readonly protocol: string;
        readonly server: string;
        readonly address: string;
        readonly remote: string;
      };
    }
  | { readonly page: 'problem'; readonly problem: RouteProblem };

type Parameter = 'me' | 'with';

/** The problem of an invalid page address. */
export type RouteProblem =
  | { readonly what: 'missing' | 'characters'; readonly parameter: Parameter }
  | { readonly what: 'too-long'; readonly parameter: Parameter; readonly length: number }
  | { readonly what: 'yourself' }
  /** There is no page at this path. */
  | { readonly what: 'path' };

/** The largest length of a user's address, in characters. */
export const MAX_ADDRESS_LENGTH = 64;
const ADDRESS = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]*$/u;

/**
 * Reads the address of the page. `/connect` asks for an account on a server; its query may fill in `protocol`,
 * `server`, `address` and `with`. `/server` asks for a name, at the server of this page. `/conversations` shows several
 * of them. The start page: `?me=ana&with=bo`; `name` and `withName` set the display names.
 */
export function parseRoute(search: string, path = '/'): Route {
  const query = new URLSearchParams(search);
  const place = path.replace(/\/$/, '');
  if (place === '/conversations') return { page: 'conversations' };
  if (place === '/server') {
    const [name = '', remote = ''] = ['name', 'with'].map((field) => query.get(field)?.slice(0, MAX_ADDRESS_LENGTH));
    return { page: 'server', name, remote };
  }
  if (place === '/connect') {
    const field = (name: string): string => query.get(name)?.slice(0, 1_000) ?? '';
    const [protocol, server, address, remote] = [field('protocol'), field('server'), field('address'), field('with')];
    return { page: 'connect', fields: { protocol, server, address, remote } };
  }
  if (place !== '' && place !== '/index.html') return { page: 'problem', problem: { what: 'path' } };
  // Unknown parameters, such as those of a campaign, are ignored.
  if (!query.has('me') && !query.has('with')) return { page: 'demo' };

  const me = normal(query.get('me'));
  const remote = normal(query.get('with'));
  const problem =
    problemWith(me, 'me') ??
    problemWith(remote, 'with') ??
    (me === remote ? ({ what: 'yourself' } as const) : undefined);
  if (problem !== undefined) return { page: 'problem', problem };
  return {
    page: 'conversation',
    me: participant(me, query.get('name')),
    remote: participant(remote, query.get('withName')),
  };
}

/** Different spellings of an address name the same user. */
function normal(address: string | null): string {
  return (address ?? '').trim().normalize('NFC').toLowerCase();
}

function problemWith(address: string, parameter: Parameter): RouteProblem | undefined {
  if (address === '') return { what: 'missing', parameter };
  if (address.length > MAX_ADDRESS_LENGTH) return { what: 'too-long', parameter, length: address.length };
  return ADDRESS.test(address) ? undefined : { what: 'characters', parameter };
}
