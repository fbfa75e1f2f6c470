import type { TickState } from '../deliveryTicks/tickState.ts';

/** Every word that the components show or speak. Take {@link defaultWords} and change what you need. */
export interface Words {
  /** The name of the message list. */
  readonly conversation: (name: string) => string;
  /** The name of the text box, and its placeholder. */
  readonly message: (name: string) => string;
  readonly send: string;
  readonly retry: string;
  readonly delete: string;
  readonly ticks: Readonly<Record<TickState, string>>;
  /** Why a message did not arrive, for a SIP response code; empty where nothing can be said. */
  readonly reason: (code: number | undefined, name: string) => string;
  readonly typing: (names: readonly string[]) => string;
  /** Before the text of an own message, for screen readers. */
  readonly youSaid: string;
  /** Before the text of a received message, for screen readers. */
  readonly said: (name: string) => string;
  readonly today: string;
  readonly yesterday: string;
  /** The line before the first unread message. */
  readonly unread: string;
  readonly newMessages: (count: string) => string;
  readonly jumpToLatest: string;
  readonly loadingOlder: string;
  readonly beginning: (name: string) => string;
  readonly empty: string;
  readonly unsupported: (contentType: string) => string;
  readonly connecting: string;
  readonly reconnecting: string;
  readonly offline: string;
  readonly back: string;
  /** Why the text box says that nothing leaves now. */
  readonly sendLater: string;
  readonly ended: string;
  readonly tooLong: (over: number) => string;
  readonly cannotSend: string;
  readonly available: string;
  readonly unavailable: string;
  /** What a screen reader says. */
  readonly announce: {
    readonly message: (name: string, text: string) => string;
    readonly messages: (count: number, name: string) => string;
    readonly typing: (names: readonly string[]) => string;
    readonly offline: string;
    readonly back: string;
    readonly failed: string;
    readonly failedRetry: string;
    readonly undeliverable: string;
  };
}

const REASONS: Readonly<Record<number, (name: string) => string>> = {
  401: () => 'You are not signed in.',
  403: (name) => `${name} does not accept messages from you.`,
  404: (name) => `${name} cannot be found.`,
  408: () => 'There was no answer in time.',
  410: (name) => `${name} is not here any more.`,
  413: () => 'The message is too long.',
  415: (name) => `${name} cannot show messages of this kind.`,
  480: (name) => `${name} is not available now.`,
  486: (name) => `${name} is busy.`,
  488: (name) => `${name} cannot show messages of this kind.`,
  503: () => 'The service is overloaded.',
  504: () => 'There was no answer in time.',
  600: (name) => `${name} is busy.`,
  603: (name) => `${name} declined the message.`,
  604: (name) => `${name} cannot be found.`,
  606: (name) => `${name} does not accept this message.`,
};

function typing(names: readonly string[]): string {
  const [first, second, third] = names;
  if (first === undefined) return '';
  if (second === undefined) return `${first} is typing`;
  return third === undefined ? `${first} and ${second} are typing` : `${names.length} people are typing`;
}

/** The words in English. */
export const defaultWords: Words = {
  conversation: (name) => `Conversation with ${name}`,
  message: (name) => `Message ${name}`,
  send: 'Send',
  retry: 'Retry',
  delete: 'Delete',
  ticks: {
    waiting: 'Waiting for connection',
    sending: 'Sending',
    sent: 'Sent',
    delivered: 'Delivered',
    read: 'Read',
    undeliverable: 'Could not be delivered',
    failed: 'Not sent',
  },
  reason: (code = 0, name) => REASONS[code]?.(name) ?? (code >= 500 && code < 600 ? 'The service has a problem.' : ''),
  typing: (names) => (names.length > 0 ? `${typing(names)}…` : ''),
  youSaid: 'You said:',
  said: (name) => `${name} said:`,
  today: 'Today',
  yesterday: 'Yesterday',
  unread: 'New',
  newMessages: (count) => `${count} new ${count === '1' ? 'message' : 'messages'}`,
  jumpToLatest: 'Jump to latest',
  loadingOlder: 'Loading earlier messages…',
  beginning: (name) => `This is the beginning of your conversation with ${name}.`,
  empty: 'No messages yet. Say hello!',
  unsupported: (contentType) => `This message cannot be shown here (${contentType}).`,
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  offline: 'You are offline',
  back: 'Connected again',
  sendLater: 'You are offline. Messages will be sent later.',
  ended: 'This conversation has ended.',
  tooLong: (over) => `This message is too long by ${over} ${over === 1 ? 'character' : 'characters'}.`,
  cannotSend: 'This message cannot be sent.',
  available: 'Online',
  unavailable: 'Away',
  announce: {
    message: (name, text) => `${name}: ${text}`,
    messages: (count, name) => `${count === 1 ? 'New message' : `${count} new messages`} from ${name}`,
    typing,
    offline: 'You are offline. Messages will be sent later.',
    back: 'Connected again.',
    failed: 'Message not sent.',
    failedRetry: 'Message not sent. Retry available.',
    undeliverable: 'Your message could not be delivered.',
  },
};
