import { defaultWords, type Words } from '@imflow/ui';
import type { AppWords } from './words.ts';

export const chat: Words = defaultWords;

export const app: AppWords = {
  tagline: 'Typing indicators and delivery ticks that never lie. Cut the connection and see.',
  phoneOf: (name) => `${name}’s phone`,
  openTab: (name) => `Open ${name} in a new tab`,
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
    tabs: 'Or give each of them a tab of their own, where messages outlive a reload:',
    open: (name) => `Open ${name}`,
  },
  conversation: {
    title: (me, remote) => `${me} with ${remote}`,
    heading: (me, remote) => `${me}’s conversation with ${remote}`,
    youAre: (name) => `You are ${name}`,
    sayHello: (me, remote) => `${me}, say hello to ${remote}`,
    elsewhere: (remote) =>
      `${remote} lives in another tab of this browser. Nothing leaves it: no server, no account. What you write while that tab is closed waits for it.`,
    nothingYet: 'Nothing has been said yet.',
    notKept: 'Messages are not kept: the chat works, but a reload forgets them.',
  },
};
