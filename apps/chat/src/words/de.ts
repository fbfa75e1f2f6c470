import { type AppWords, nameIn } from './words.ts';

export { de as chat } from '@imflow/ui/words/de';

const named = nameIn('ltr');

export const app: AppWords = {
  tagline: 'Tippanzeigen und Häkchen, die nie lügen. Trenn die Verbindung und sieh selbst.',
  phoneOf: (name) => `Telefon von ${named(name)}`,
  openTab: (name) => `${named(name)} in neuem Tab öffnen`,
  settings: {
    open: 'Einstellungen',
    language: 'Sprache',
    brightness: 'Helligkeit',
    system: 'System',
    light: 'Hell',
    dark: 'Dunkel',
    theme: 'Farben',
    plain: 'Himmel',
    meadow: 'Wiese',
    ink: 'Tinte',
    failed: 'Diese Sprache konnte nicht geladen werden. Besteht eine Verbindung?',
  },
  views: {
    label: 'Was zu sehen ist',
    network: 'Netz',
    unread: (shown) => `${shown} ungelesen`,
  },
  network: {
    title: 'Das Netz dazwischen',
    connected: 'Verbunden',
    delay: 'Verzug',
    loss: 'Verlust',
    lost: (shown) => `bisher ${shown} verloren`,
    repair: 'Reparieren',
    startOver: 'Neu beginnen',
    aboutConnected:
      'Ohne Verbindung wartet, was du schreibst, und geht von selbst ab, sobald die Verbindung wieder da ist.',
    aboutDelay: 'Wie lange alles auf dieser Seite braucht, hin und zurück.',
    aboutLoss: (seconds) =>
      `Wie viel verschwindet: Nachrichten, Tippen und Häkchen. Nach ${seconds} Sekunden ohne Antwort gilt eine Nachricht als „Nicht gesendet“. Noch einmal gesendet, erscheint sie nie doppelt.`,
    several: 'Oder sieh mehrere Unterhaltungen von Ana über eine Verbindung:',
    openSeveral: 'Mehrere Unterhaltungen',
    tabs: 'Oder gib beiden einen eigenen Tab, in dem Nachrichten ein Neuladen überstehen:',
    open: (name) => `${named(name)} öffnen`,
  },
  conversations: {
    title: 'Unterhaltungen',
    back: 'Zurück zu den Unterhaltungen',
    choose: 'Wähle eine Unterhaltung.',
    talkTo: 'Mit jemandem sprechen: die Adresse',
    begin: 'Beginnen',
  },
  conversation: {
    title: (me, remote) => `${named(me)} mit ${named(remote)}`,
    heading: (me, remote) => `Unterhaltung von ${named(me)} mit ${named(remote)}`,
    youAre: (name) => `Du bist ${named(name)}`,
    sayHello: (me, remote) => `${named(me)}, sag Hallo zu ${named(remote)}`,
    elsewhere: (remote) =>
      `${named(remote)} wohnt in einem anderen Tab dieses Browsers. Nichts verlässt ihn: kein Server, kein Konto. Was du schreibst, während jener Tab geschlossen ist, wartet auf ihn.`,
    nothingYet: 'Noch wurde nichts gesagt.',
    notKept: 'Nachrichten werden nicht aufbewahrt: Der Chat geht, aber ein Neuladen vergisst sie.',
  },
};
