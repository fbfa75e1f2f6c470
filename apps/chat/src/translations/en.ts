import { defaultTranslations, type Translations } from '@imflow/ui';
import { type AppWords, nameIn } from './translations.ts';

export const chat: Translations = defaultTranslations;

const named = nameIn('ltr');

export const app: AppWords = {
  tagline: 'Typing indicators and delivery ticks that never lie. Cut the connection and see.',
  phoneOf: (name) => `${named(name)}’s phone`,
  openTab: (name) => `Open ${named(name)} in a new tab`,
  settings: {
    open: 'Settings',
    language: 'Language',
    brightness: 'Brightness',
    system: 'System',
    light: 'Light',
    dark: 'Dark',
    theme: 'Theme',
    plain: 'Sky',
    meadow: 'Meadow',
    ink: 'Ink',
    undoSend: 'Undo send',
    off: 'Off',
    failed: 'This language could not be loaded. Check your connection.',
  },
  views: {
    label: 'What to show',
    network: 'Network',
    unread: (shown) => `${shown} unread`,
  },
  network: {
    title: 'The network between them',
    connected: 'Connected',
    delay: 'Delay',
    loss: 'Loss',
    lost: (shown) => `${shown} lost so far`,
    repair: 'Repair',
    startOver: 'Start over',
    about: 'What these do',
    aboutConnected:
      'Without a connection, what you write waits, and is sent automatically when the connection is back.',
    aboutDelay: 'How long everything takes on this person’s side, each way.',
    aboutLoss: (seconds) =>
      `How much vanishes: messages, typing and ticks alike. Without an answer for ${seconds} seconds a message turns to “Not confirmed”. Sent again, it never shows twice.`,
    several: 'Or see several conversations of Ana’s over one connection:',
    openSeveral: 'Several conversations',
    tabs: 'Or give each of them a tab of their own, where messages outlive a reload:',
    open: (name) => `Open ${named(name)}`,
    server: 'Or talk over a server, by XMPP, SIP or WebSocket:',
  },
  conversations: {
    title: 'Conversations',
    home: 'Back to the start page',
    back: 'Back to conversations',
    choose: 'Choose a conversation.',
    notify: 'Turn on notifications',
    talkTo: 'Talk to somebody: their address',
    begin: 'Begin',
    said: {
      hello: 'Hi Ana! Write to me, and then to somebody else: I go on.',
      answers: [
        'Good to hear from you!',
        'Tell me more.',
        'Ha, really?',
        'I have to think about that.',
        'See you soon!',
      ],
      headline: (count, time) => `Headline ${count}: nothing has happened since ${time}.`,
    },
  },
  conversation: {
    title: (me, remote) => `${named(me)} with ${named(remote)}`,
    heading: (me, remote) => `${named(me)}’s conversation with ${named(remote)}`,
    youAre: (name) => `You are ${named(name)}`,
    find: 'Find in conversation',
    sayHello: (me, remote) => `${named(me)}, say hello to ${named(remote)}`,
    elsewhere: (remote) =>
      `${named(remote)} lives in another tab of this browser. Nothing leaves it: no server, no account. What you write while that tab is closed waits for it.`,
    nothingYet: 'Nothing has been said yet.',
    notKept: 'Messages are not kept: the chat works, but a reload forgets them.',
    noRoom: 'The browser has no room left: free some space.',
    newerDatabase: 'They are stored by a newer version of this page: load it again.',
    noDatabase: 'The browser has no database for this page: a private window, or a setting that forbids it.',
    closed: 'There is no connection any more. Load the page again to have a new one.',
    signInAgain: 'Sign in again',
  },
  server: {
    title: 'Chat from another device',
    about: 'Two browsers, two devices, or two people: each signs in with a name. This computer keeps the messages.',
    yourName: 'Your name',
    start: 'Start chatting',
    starting: 'The server is starting…',
    failed: 'The server could not start. The window in which it was started says why.',
    addresses: 'Devices in the same network open:',
    qrCode: (address) => `QR code of ${address}`,
  },
  connect: {
    title: 'Connect to a server',
    protocol: 'Protocol',
    server: 'Server',
    address: 'Address',
    password: 'Password',
    talkTo: 'Talk to',
    connect: 'Connect',
    connecting: 'Connecting…',
    problems: {
      invalidServer: (example) => `The server has to be like ${example}.`,
      invalidAddress: (example) => `The address has to be like ${example}.`,
      yourself: (address) => `“Talk to” has to name somebody else: their address, such as ${address}.`,
      unreachable: 'The server cannot be reached.',
      unreachableOrUntrusted:
        'The server cannot be reached. Either it is not there, or its certificate is not trusted by this browser.',
      foreign: 'Something answers at this address, but it is not a WebSocket of this protocol. Is the path right?',
      noAnswer: 'The server does not answer.',
      ended: 'The server has ended the connection. Try again in a while.',
      refused: 'The server does not let you in.',
      unknown: 'The connection could not be made.',
    },
  },
  nowhere: {
    title: 'There is no conversation here',
    path: 'There is no page at this address.',
    missing: {
      me: 'The address of this page does not say who you are: “me” is missing.',
      with: 'The address of this page does not say who you talk with: “with” is missing.',
    },
    tooLong: (parameter, shown, most) => `“${parameter}” has ${shown} characters; ${most} are the most.`,
    characters: (parameter) =>
      `“${parameter}” may hold letters, digits and . _ @ + - only, and has to begin with a letter or digit.`,
    yourself: 'You cannot talk with yourself: “me” and “with” have to be two different people.',
    better: 'A good address names two people:',
    talksWith: (me, remote) => `${me} talks with ${remote}`,
    inSecondTab: (me, remote) => `${me} talks with ${remote}, in a second tab`,
    both: 'both of them, in one page',
  },
  broken: {
    title: 'This page has stopped working',
    about:
      'It is our fault, not yours. Messages that this browser has stored are safe; loading the page again may help.',
    again: 'Load again',
    what: 'What happened',
  },
};
