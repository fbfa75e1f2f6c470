import { type AppWords, nameIn } from './translations.ts';

export { de as chat } from '@imflow/ui/translations/de';

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
    undoSend: 'Senden rückgängig machen',
    off: 'Aus',
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
    about: 'Was das bewirkt',
    aboutConnected:
      'Ohne Verbindung wartet, was du schreibst, und geht von selbst ab, sobald die Verbindung wieder da ist.',
    aboutDelay: 'Wie lange alles auf dieser Seite braucht, hin und zurück.',
    aboutLoss: (seconds) =>
      `Wie viel verschwindet: Nachrichten, Tippen und Häkchen. Nach ${seconds} Sekunden ohne Antwort gilt eine Nachricht als „Nicht bestätigt“. Noch einmal gesendet, erscheint sie nie doppelt.`,
    several: 'Oder sieh mehrere Unterhaltungen von Ana über eine Verbindung:',
    openSeveral: 'Mehrere Unterhaltungen',
    tabs: 'Oder gib beiden einen eigenen Tab, in dem Nachrichten ein Neuladen überstehen:',
    open: (name) => `${named(name)} öffnen`,
    server: 'Oder sprich über einen Server, mit XMPP, SIP oder WebSocket:',
  },
  conversations: {
    title: 'Unterhaltungen',
    home: 'Zurück zur Startseite',
    back: 'Zurück zu den Unterhaltungen',
    choose: 'Wähle eine Unterhaltung.',
    notify: 'Benachrichtigungen einschalten',
    talkTo: 'Mit jemandem sprechen: die Adresse',
    begin: 'Beginnen',
    said: {
      hello: 'Hallo Ana! Schreib mir, und dann jemand anderem: Ich mache weiter.',
      answers: [
        'Schön, von dir zu hören!',
        'Erzähl mehr.',
        'Ach, wirklich?',
        'Darüber muss ich nachdenken.',
        'Bis bald!',
      ],
      headline: (count, time) => `Schlagzeile ${count}: Seit ${time} ist nichts geschehen.`,
    },
  },
  conversation: {
    title: (me, remote) => `${named(me)} mit ${named(remote)}`,
    heading: (me, remote) => `Unterhaltung von ${named(me)} mit ${named(remote)}`,
    youAre: (name) => `Du bist ${named(name)}`,
    find: 'In der Unterhaltung suchen',
    sayHello: (me, remote) => `${named(me)}, sag Hallo zu ${named(remote)}`,
    elsewhere: (remote) =>
      `${named(remote)} wohnt in einem anderen Tab dieses Browsers. Nichts verlässt ihn: kein Server, kein Konto. Was du schreibst, während jener Tab geschlossen ist, wartet auf ihn.`,
    nothingYet: 'Noch wurde nichts gesagt.',
    notKept: 'Nachrichten werden nicht aufbewahrt: Der Chat geht, aber ein Neuladen vergisst sie.',
    noRoom: 'Der Browser hat keinen Platz mehr: Gib etwas Speicher frei.',
    newerDatabase: 'Eine neuere Fassung dieser Seite hat sie gespeichert: Lade sie neu.',
    noDatabase:
      'Der Browser hat keine Datenbank für diese Seite: ein privates Fenster, oder eine Einstellung verbietet es.',
    closed: 'Es gibt keine Verbindung mehr. Lade die Seite neu, um eine neue zu bekommen.',
    signInAgain: 'Neu anmelden',
  },
  server: {
    title: 'Von einem anderen Gerät chatten',
    about:
      'Zwei Browser, zwei Geräte oder zwei Menschen: Alle melden sich mit einem Namen an. Dieser Computer bewahrt die Nachrichten auf.',
    yourName: 'Dein Name',
    start: 'Chat beginnen',
    starting: 'Der Server startet…',
    failed: 'Der Server konnte nicht starten. Warum, steht in dem Fenster, in dem er gestartet wurde.',
    addresses: 'Geräte im selben Netz öffnen:',
    qrCode: (address) => `QR-Code von ${address}`,
  },
  connect: {
    title: 'Mit einem Server verbinden',
    protocol: 'Protokoll',
    server: 'Server',
    address: 'Adresse',
    password: 'Passwort',
    talkTo: 'Sprechen mit',
    connect: 'Verbinden',
    connecting: 'Verbinde …',
    problems: {
      invalidServer: (example) => `Der Server muss lauten wie ${example}.`,
      invalidAddress: (example) => `Die Adresse muss lauten wie ${example}.`,
      yourself: (address) => `„Sprechen mit“ muss jemand anderen nennen: eine Adresse wie ${address}.`,
      unreachable: 'Der Server ist nicht zu erreichen.',
      unreachableOrUntrusted:
        'Der Server ist nicht zu erreichen. Entweder ist er nicht da, oder dieser Browser vertraut seinem Zertifikat nicht.',
      foreign: 'Unter dieser Adresse antwortet etwas, aber kein WebSocket dieses Protokolls. Stimmt der Pfad?',
      noAnswer: 'Der Server antwortet nicht.',
      ended: 'Der Server hat die Verbindung beendet. Versuch es in einer Weile noch einmal.',
      refused: 'Der Server lässt dich nicht hinein.',
      unknown: 'Die Verbindung kam nicht zustande.',
    },
  },
  nowhere: {
    title: 'Hier ist keine Unterhaltung',
    path: 'Unter dieser Adresse gibt es keine Seite.',
    missing: {
      me: 'Die Adresse dieser Seite sagt nicht, wer du bist: „me“ fehlt.',
      with: 'Die Adresse dieser Seite sagt nicht, mit wem du sprichst: „with“ fehlt.',
    },
    tooLong: (parameter, shown, most) => `„${parameter}“ hat ${shown} Zeichen; höchstens ${most} sind erlaubt.`,
    characters: (parameter) =>
      `„${parameter}“ darf nur Buchstaben, Ziffern und . _ @ + - enthalten und muss mit einem Buchstaben oder einer Ziffer beginnen.`,
    yourself: 'Du kannst nicht mit dir selbst sprechen: „me“ und „with“ müssen zwei verschiedene Leute sein.',
    better: 'Eine gute Adresse nennt zwei Leute:',
    talksWith: (me, remote) => `${me} spricht mit ${remote}`,
    inSecondTab: (me, remote) => `${me} spricht mit ${remote}, in einem zweiten Tab`,
    both: 'beide auf einer Seite',
  },
  broken: {
    title: 'Diese Seite geht nicht mehr',
    about:
      'Das liegt an uns, nicht an dir. Was dieser Browser gespeichert hat, ist sicher; die Seite neu zu laden hilft vielleicht.',
    again: 'Neu laden',
    what: 'Was geschehen ist',
  },
};
