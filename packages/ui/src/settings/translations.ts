import type { TickState } from '../deliveryTicks/tickState.ts';
import { createListing, createPlural } from '../translations/grammar.ts';

/**
 * All texts of the components in one language. Take {@link defaultTranslations}, or one of the catalogues under
 * `@imflow/ui/translations/`, and change what you need.
 *
 * A catalogue that lacks a word does not compile. Where a function takes a number and a text, the number decides the
 * plural and the text is what to show: the number in the digits of the locale, or cut short, such as "99+".
 */
export interface Translations {
  /** The language of these words, as a BCP 47 tag. Dates and numbers follow it, unless the settings say otherwise. */
  readonly locale: string;
  /** The name of the message list. */
  readonly conversation: (name: string) => string;
  /** The name of the list of conversations. */
  readonly conversations: string;
  readonly noConversations: string;
  /** The actions on a conversation of the list. */
  readonly conversationActions: {
    /** The name of the menu. */
    readonly label: (name: string) => string;
    readonly markUnread: string;
    readonly markRead: string;
    readonly pin: string;
    readonly unpin: string;
    readonly mute: string;
    readonly unmute: string;
  };
  /** In place of a number of unread messages, for a conversation that the user has marked as unread. */
  readonly markedUnread: string;
  readonly pinned: string;
  readonly muted: string;
  /** Before a draft in a list of conversations. */
  readonly draft: string;
  /** The search box above the list of conversations. */
  readonly search: {
    readonly label: string;
    readonly none: string;
    /** `shown`: the count in digits of the locale. */
    readonly found: (count: number, shown: string) => string;
  };
  /** The typing participant, in a row that begins with their name. */
  readonly typingAlone: string;
  /** The name of the text box, and its placeholder. */
  readonly message: (name: string) => string;
  readonly send: string;
  readonly retry: string;
  readonly delete: string;
  /** A label with additional information. */
  readonly joined: (label: string, detail: string) => string;
  /** The failure of a message and its reason, which may be empty. */
  readonly failure: (status: string, reason: string) => string;
  readonly ticks: Readonly<Record<TickState, string>>;
  /** Why a message did not arrive, for a SIP response code; empty if the reason is unknown. */
  readonly reason: (code: number | undefined, name: string) => string;
  /** The typing participants. `shown`: their number. */
  readonly typing: (names: readonly string[], shown: string) => string;
  /** Before the text of an own message, for screen readers. */
  readonly youSaid: string;
  /** Before the text of a received message, for screen readers. */
  readonly said: (name: string) => string;
  readonly today: string;
  readonly yesterday: string;
  /** The line before the first unread message. */
  readonly unread: string;
  readonly newMessages: (count: number, shown: string) => string;
  readonly jumpToLatest: string;
  /** The button that scrolls to the first message below the "New" line. */
  readonly scrollToUnread: string;
  readonly loadingOlder: string;
  /** Older messages could not be loaded. */
  readonly olderFailed: string;
  readonly tryAgain: string;
  readonly beginning: (name: string) => string;
  readonly empty: string;
  /** In place of a message whose encryption the application does not support. */
  readonly encrypted: string;
  readonly unsupported: (contentType: string) => string;
  readonly connecting: string;
  readonly reconnecting: string;
  readonly offline: string;
  readonly reconnected: string;
  /** The note of the composer while no message can be sent. */
  readonly sendLater: string;
  /** The same, if a banner shows that the user is offline. */
  readonly sentLater: string;
  readonly ended: string;
  readonly tooLong: (over: number, shown: string) => string;
  readonly cannotSend: string;
  /** Files were dropped or pasted. */
  readonly noFiles: string;
  /** The flow was never started, so that no message can be sent. */
  readonly notStarted: string;
  /** A newer version of the application has taken over the stored messages: this page cannot store any. */
  readonly outdated: string;
  /** The conversation has ended: the server refused the sign-in. */
  readonly signedOut: string;
  /** The conversation has ended: the connection was closed permanently. */
  readonly connectionClosed: string;
  readonly available: string;
  readonly unavailable: string;
  /** In place of `unavailable`. `when`: a time, and the day before it unless it is today. */
  readonly lastSeen: (when: string) => string;
  /** The announcements for screen readers. */
  readonly announce: {
    readonly message: (name: string, text: string) => string;
    readonly messages: (count: number, shown: string, name: string) => string;
    readonly typing: (names: readonly string[], shown: string) => string;
    readonly offline: string;
    readonly reconnected: string;
    readonly failed: string;
    readonly failedRetry: string;
    readonly unconfirmed: string;
    readonly undeliverable: string;
    /** An own message in a conversation that is not open failed, or may have. `name`: the participant. */
    readonly failedElsewhere: (name: string) => string;
    /** An own message is held (`sendDelay`). */
    readonly held: (seconds: number, shown: string) => string;
  };
  /** Describes a body that cannot be shown: its kind, and its size in words. */
  readonly file: (kind: string, size: string) => string;
  readonly kinds: Readonly<Record<'image' | 'audio' | 'video' | 'text' | 'file', string>>;
  /** The button that saves a body that cannot be shown. */
  readonly download: string;
  /** The button that shows more of a long text. */
  readonly showMore: string;
  readonly showLess: string;
  /** The accessible name of the panel with the details of a message. */
  readonly facts: string;
  /** The first stage of a message: written, and waiting for its turn. */
  readonly queued: string;
  /** The text in place of an unknown time. */
  readonly unknownTime: string;
  /** Why a message is `unconfirmed`. */
  readonly mayHaveArrived: string;
  /** The button that discards a queued message. */
  readonly cancel: string;
  /** The button that discards a held message (`sendDelay`). */
  readonly undo: string;
  /** How long a message is held, in s. */
  readonly sendingIn: (shown: string) => string;
  /** Why a message did not arrive, where `reason` has no sentence for its code. */
  readonly refused: (code: number) => string;
  /** Beside the time of a message whose text its author has changed. */
  readonly edited: string;
  /** In place of a message that its author has retracted. */
  readonly deleted: string;
  /** In place of an own message that was retracted, once the network has accepted the retraction. */
  readonly youDeleted: string;
  /** In place of an own message whose retraction is not accepted yet: the other side may still show it. */
  readonly askedToDelete: string;
  /** The message that a reply quotes: its author, and the beginning of its text. */
  readonly quote: (name: string, text: string) => string;
  /** The message to scroll to does not exist, or cannot be loaded. */
  readonly notFound: string;
  /** The local user, in a list of names. */
  readonly you: string;
  /** The name of the reactions to a message. */
  readonly reactions: string;
  /** An emoji, and the names of those who react with it. */
  readonly reaction: (emoji: string, names: readonly string[]) => string;
  /** One of the texts that an edited message had. `shown`: which one, from 1. */
  readonly revision: (shown: string) => string;
  /** The other side, or the connection to it, does not know edits, reactions or retractions. */
  readonly notSupported: string;
  /** The actions on a message. */
  readonly actions: {
    /** The name of the toolbar, and of the button that shows it where a finger is the pointer. */
    readonly label: string;
    readonly reply: string;
    readonly react: string;
    readonly edit: string;
    readonly copy: string;
    /** Announced once the text is in the clipboard. */
    readonly copied: string;
    readonly copyFailed: string;
    /** The button that closes the quick reactions. */
    readonly back: string;
  };
  /** The search in a conversation. */
  readonly find: {
    /** The name of the search box, and its placeholder. */
    readonly label: string;
    /** The number of the current match, and the number of matches. */
    readonly position: (current: string, total: string) => string;
    readonly none: string;
    readonly searching: string;
    /** Nothing was found, and the storage or the server could not be searched to the end. */
    readonly failed: string;
    /** The button that moves to the next older match. */
    readonly next: string;
    /** The button that moves to the next newer match. */
    readonly previous: string;
    readonly close: string;
  };
  /** Files: how they are chosen, sent and shown. `name`: of the file. */
  readonly files: {
    /** The name of the button beside the text box. */
    readonly attach: string;
    /** The name of the list of files that are to be sent. */
    readonly attached: string;
    /** Announced once files are in that list. */
    readonly added: (count: number, shown: string) => string;
    readonly remove: (name: string) => string;
    /** Over the chat, while files are dragged over it. */
    readonly drop: string;
    /** `limit`: a size in words. */
    readonly tooLarge: (name: string, limit: string) => string;
    /** `accepted`: types and file name extensions. */
    readonly notAccepted: (name: string, accepted: string) => string;
    readonly empty: (name: string) => string;
    /** The browser cannot read it: a folder, or a file that is gone. */
    readonly unreadable: (name: string) => string;
    /** This device could not keep it until it is sent. */
    readonly notStored: (name: string) => string;
    /** The name of the progress bar. */
    readonly uploading: (name: string) => string;
    /** Why a message with a file was not sent. */
    readonly notUploaded: string;
    /** In place of a picture, a video or a sound that cannot be read. */
    readonly unavailable: string;
  };
  /** The question before a message is deleted that the other side has. */
  readonly deleteQuestion: string;
  readonly deleteConsequence: (name: string) => string;
  /** The button that cancels a question, an edit or a reply. */
  readonly dismiss: string;
  /** Above the text box while a message is edited. */
  readonly editing: string;
  /** Above the text box while a reply is written. */
  readonly replyingTo: (name: string) => string;
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
  513: () => 'The message is too long.',
  600: (name) => `${name} is busy.`,
  603: (name) => `${name} declined the message.`,
  604: (name) => `${name} cannot be found.`,
  606: (name) => `${name} does not accept this message.`,
};

const plural = /* @__PURE__ */ createPlural('en');
const listing = /* @__PURE__ */ createListing('en');

function typing(names: readonly string[], shown: string): string {
  if (names.length > 2) return `${shown} people are typing`;
  return `${listing(names)} ${names.length === 1 ? 'is' : 'are'} typing`;
}

/** The translations in English. */
export const defaultTranslations: Translations = {
  locale: 'en',
  conversation: (name) => `Conversation with ${name}`,
  conversations: 'Conversations',
  noConversations: 'No conversations yet.',
  conversationActions: {
    label: (name) => `Actions for ${name}`,
    markUnread: 'Mark as unread',
    markRead: 'Mark as read',
    pin: 'Pin',
    unpin: 'Unpin',
    mute: 'Mute',
    unmute: 'Unmute',
  },
  markedUnread: 'Marked as unread',
  pinned: 'Pinned',
  muted: 'Muted',
  draft: 'Draft:',
  search: {
    label: 'Search conversations',
    none: 'No conversations found.',
    found: (count, shown) => `${shown} ${plural(count, { one: 'conversation', other: 'conversations' })} found`,
  },
  typingAlone: 'typing…',
  message: (name) => `Message ${name}`,
  send: 'Send',
  retry: 'Retry',
  delete: 'Delete',
  joined: (label, detail) => `${label}, ${detail}`,
  failure: (status, reason) => (reason ? `${status}. ${reason}` : status),
  ticks: {
    waiting: 'Waiting to be sent',
    sending: 'Sending',
    sent: 'Sent',
    delivered: 'Delivered',
    read: 'Read',
    undeliverable: 'Could not be delivered',
    unconfirmed: 'Not confirmed',
    failed: 'Not sent',
  },
  reason: (code = 0, name) => REASONS[code]?.(name) ?? (code >= 500 && code < 600 ? 'The service has a problem.' : ''),
  typing: (names, shown) => `${typing(names, shown)}…`,
  youSaid: 'You said:',
  said: (name) => `${name} said:`,
  today: 'Today',
  yesterday: 'Yesterday',
  unread: 'New',
  newMessages: (count, shown) => `${shown} new ${plural(count, { one: 'message', other: 'messages' })}`,
  jumpToLatest: 'Jump to latest',
  scrollToUnread: 'Jump to first new message',
  loadingOlder: 'Loading earlier messages…',
  beginning: (name) => `The beginning of your conversation with ${name}.`,
  olderFailed: 'Earlier messages could not be loaded.',
  tryAgain: 'Try again',
  empty: 'No messages yet. Say hello!',
  encrypted: 'Encrypted message that this app cannot read.',
  unsupported: (contentType) => `This message cannot be shown here (${contentType}).`,
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  offline: 'You are offline',
  reconnected: 'Connected again',
  sendLater: 'You are offline. Messages will be sent later.',
  sentLater: 'Messages will be sent later.',
  ended: 'This conversation has ended.',
  tooLong: (over, shown) =>
    `This message is too long by ${shown} ${plural(over, { one: 'character', other: 'characters' })}.`,
  cannotSend: 'This message cannot be sent.',
  noFiles: 'Files cannot be sent here.',
  notStarted: 'This conversation has not been started.',
  outdated: 'This page is out of date. Reload it.',
  signedOut: 'The server no longer accepts your sign-in. This conversation has ended.',
  connectionClosed: 'The connection is closed. This conversation has ended.',
  available: 'Online',
  unavailable: 'Away',
  lastSeen: (when) => `Last seen: ${when}`,
  announce: {
    message: (name, text) => `${name}: ${text}`,
    messages: (count, shown, name) =>
      plural(count, { one: `New message from ${name}`, other: `${shown} new messages from ${name}` }),
    typing,
    offline: 'You are offline. Messages will be sent later.',
    reconnected: 'Connected again.',
    failed: 'Message not sent.',
    failedRetry: 'Message not sent. Retry available.',
    unconfirmed: 'Your message was not confirmed. It may have arrived. Retry available.',
    undeliverable: 'Your message could not be delivered.',
    failedElsewhere: (name) => `A message to ${name} needs your attention.`,
    held: (seconds, shown) =>
      `Sending in ${shown} ${plural(seconds, { one: 'second', other: 'seconds' })}. Undo is available.`,
  },
  file: (kind, size) => `${kind}, ${size}`,
  kinds: { image: 'Picture', audio: 'Sound', video: 'Video', text: 'Text', file: 'File' },
  download: 'Download',
  showMore: 'Show more',
  showLess: 'Show less',
  facts: 'Message details',
  queued: 'Written',
  unknownTime: 'Time unknown',
  mayHaveArrived: 'No answer came in time. The message may have arrived; it is safe to retry.',
  cancel: 'Do not send',
  undo: 'Undo',
  sendingIn: (shown) => `Sending in ${shown} s`,
  refused: (code) => `The message was refused (code ${code}).`,
  edited: 'edited',
  deleted: 'Message deleted',
  youDeleted: 'You deleted this message',
  askedToDelete: 'Asked to delete',
  quote: (name, text) => `Reply to ${name}: ${text}`,
  notFound: 'This message is no longer there.',
  you: 'you',
  reactions: 'Reactions',
  reaction: (emoji, names) => `${emoji}, ${listing(names)}`,
  revision: (shown) => `Text ${shown}`,
  notSupported: 'The other side cannot do this.',
  actions: {
    label: 'Message actions',
    reply: 'Reply',
    react: 'React',
    edit: 'Edit',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'The text could not be copied.',
    back: 'Back',
  },
  find: {
    label: 'Find in conversation',
    position: (current, total) => `${current} of ${total}`,
    none: 'No matches',
    searching: 'Searching…',
    failed: 'Older messages could not be searched.',
    next: 'Next match',
    previous: 'Previous match',
    close: 'Close',
  },
  files: {
    attach: 'Attach files',
    attached: 'Attached files',
    added: (count, shown) => `${shown} ${plural(count, { one: 'file', other: 'files' })} attached`,
    remove: (name) => `Remove ${name}`,
    drop: 'Drop files here to attach them',
    tooLarge: (name, limit) => `${name} is too large: files can have up to ${limit}.`,
    notAccepted: (name, accepted) => `${name} cannot be sent here. Accepted: ${accepted}.`,
    empty: (name) => `${name} is empty.`,
    unreadable: (name) => `${name} cannot be read.`,
    notStored: (name) => `${name} was not sent: this device has no room to store it.`,
    uploading: (name) => `Uploading ${name}`,
    notUploaded: 'The file could not be uploaded.',
    unavailable: 'This file is not available.',
  },
  deleteQuestion: 'Delete this message?',
  deleteConsequence: (name) => `It is deleted here, and ${name} is asked to delete it. It may have been read.`,
  dismiss: 'Cancel',
  editing: 'Editing',
  replyingTo: (name) => `Reply to ${name}`,
};
