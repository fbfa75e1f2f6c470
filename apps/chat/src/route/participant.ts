/** The participants of a conversation. */
export interface Participant {
  /** The address that the transport uses. */
  readonly address: string;
  /** The display name. Any text: it is shown as text. */
  readonly name: string;
}

const MAX_NAME_LENGTH = 60;
// Control characters and bidi controls.
const UNSEEN = /[\p{Cc}\u202A-\u202E\u2066-\u2069\s]+/gu;

/** A participant with an address, and with a display name if one is given. */
export function participant(address: string, name?: string | null): Participant {
  const shown = name?.replace(UNSEEN, ' ').trim();
  return { address, name: shown ? firstCharacters(shown, MAX_NAME_LENGTH) : capitalised(address) };
}

/** A participant on a server, whose display name is the user part of the address. */
export function participantOnServer(address: string): Participant {
  return { address, name: participant(address.replaceAll(/^sips?:|@.*$/gi, '')).name };
}

function capitalised(address: string): string {
  const [first = '', ...others] = address;
  return first.toUpperCase() + others.join('');
}

function firstCharacters(text: string, count: number): string {
  const characters = Array.from(text);
  return characters.length > count ? `${characters.slice(0, count - 1).join('')}…` : text;
}
