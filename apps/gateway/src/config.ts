/** An account of the gateway. */
export interface Account {
  readonly server: string;
  readonly address: string;
  readonly password: string;
}

export interface Config {
  readonly xmpp: Account;
  readonly sip: Account;
  /** The pairs of users who talk with each other. */
  readonly pairs: readonly { readonly xmpp: string; readonly sip: string }[];
}

/**
 * Reads the configuration from environment variables: `XMPP_SERVER`, `XMPP_ADDRESS`, `XMPP_PASSWORD`, likewise `SIP_…`,
 * and `PAIRS`, which names who talks with whom: `bo@example.com=sip:ana@example.net`, several separated by commas.
 * @throws Error that names the variable.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const variable = (name: string): string => {
    const value = environment[name]?.trim() ?? '';
    if (value === '') throw new Error(`${name} is not set.`);
    return value;
  };
  const account = (prefix: 'XMPP' | 'SIP'): Account => ({
    server: variable(`${prefix}_SERVER`),
    address: variable(`${prefix}_ADDRESS`),
    password: variable(`${prefix}_PASSWORD`),
  });
  const [xmpp, sip] = [account('XMPP'), account('SIP')];
  const pairs = variable('PAIRS')
    .split(',')
    .map((pair) => {
      const [left = '', right = '', ...more] = pair.split('=').map((address) => address.trim());
      if (!left.includes('@') || !right.includes('@') || more.length > 0) {
        throw new Error(`PAIRS has "${pair.trim()}", but each pair must be like bo@example.com=sip:ana@example.net.`);
      }
      return { xmpp: left, sip: right };
    });
  const isRepeated = (['xmpp', 'sip'] as const).some(
    (side) => new Set(pairs.map((pair) => pair[side])).size < pairs.length,
  );
  // Messages of a user to the gateway go to one participant only.
  if (isRepeated) throw new Error('PAIRS names a user twice, but each user may be in one pair only.');
  return { xmpp, sip, pairs };
}
