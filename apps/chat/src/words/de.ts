import type { AppWords } from './words.ts';

export { de as chat } from '@imflow/ui/words/de';

export const app: AppWords = {
  tagline: 'Tippanzeigen und Häkchen, die nie lügen. Trenn die Verbindung und sieh selbst.',
  phoneOf: (name) => `Telefon von ${name}`,
  openTab: (name) => `${name} in neuem Tab öffnen`,
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
    tabs: 'Oder gib beiden einen eigenen Tab, in dem Nachrichten ein Neuladen überstehen:',
    open: (name) => `${name} öffnen`,
  },
  conversation: {
    title: (me, remote) => `${me} mit ${remote}`,
    heading: (me, remote) => `Unterhaltung von ${me} mit ${remote}`,
    youAre: (name) => `Du bist ${name}`,
    sayHello: (me, remote) => `${me}, sag Hallo zu ${remote}`,
    elsewhere: (remote) =>
      `${remote} wohnt in einem anderen Tab dieses Browsers. Nichts verlässt ihn: kein Server, kein Konto. Was du schreibst, während jener Tab geschlossen ist, wartet auf ihn.`,
    nothingYet: 'Noch wurde nichts gesagt.',
    notKept: 'Nachrichten werden nicht aufbewahrt: Der Chat geht, aber ein Neuladen vergisst sie.',
  },
};
