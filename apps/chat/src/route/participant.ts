/** The participants of a conversation. */
export interface Participant {
  /** What the transport knows them by. */
  readonly address: string;
  /** What people call them. Any text: it is shown as text. */
  readonly name: string;
}

const MAX_NAME_LENGTH = 60;
// Control characters, and those that turn the direction of the text around them.
const UNSEEN = /[\p{Cc}\u202A-\u202E\u2066-\u2069\s]+/gu;

/** A person by their address, and their name where one is given. */
export function participant(address: string, name?: string | null): Participant {
  const shown = name?.replace(UNSEEN, ' ').trim();
  return { address, name: shown ? firstCharacters(shown, MAX_NAME_LENGTH) : capitalised(address) };
}

/** Somebody on a server, called by the user part of their address. */
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
