import { defaultWords, type Words } from '@imflow/ui';
import { type AppWords, nameIn } from './words.ts';

export const chat: Words = defaultWords;

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
    failed: 'This language could not be loaded. Is there a connection?',
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
    aboutConnected: 'Without a connection, what you write waits, and leaves by itself when the connection is back.',
    aboutDelay: 'How long everything takes on this person’s side, each way.',
    aboutLoss: (seconds) =>
      `How much vanishes: messages, typing and ticks alike. Without an answer for ${seconds} seconds a message turns to “Not sent”. Sent again, it never shows twice.`,
    several: 'Or see several conversations of Ana’s over one connection:',
    openSeveral: 'Several conversations',
    tabs: 'Or give each of them a tab of their own, where messages outlive a reload:',
    open: (name) => `Open ${named(name)}`,
  },
  conversations: {
    title: 'Conversations',
    back: 'Back to conversations',
    choose: 'Choose a conversation.',
    talkTo: 'Talk to somebody: their address',
    begin: 'Begin',
  },
  conversation: {
    title: (me, remote) => `${named(me)} with ${named(remote)}`,
    heading: (me, remote) => `${named(me)}’s conversation with ${named(remote)}`,
    youAre: (name) => `You are ${named(name)}`,
    sayHello: (me, remote) => `${named(me)}, say hello to ${named(remote)}`,
    elsewhere: (remote) =>
      `${named(remote)} lives in another tab of this browser. Nothing leaves it: no server, no account. What you write while that tab is closed waits for it.`,
    nothingYet: 'Nothing has been said yet.',
    notKept: 'Messages are not kept: the chat works, but a reload forgets them.',
  },
};
