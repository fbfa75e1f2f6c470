import type { Translations } from '../settings/translations.ts';
import { createListing, createPlural } from './grammar.ts';

const plural = /* @__PURE__ */ createPlural('de');
const listing = /* @__PURE__ */ createListing('de');

const NO_ANSWER = 'Es kam nicht rechtzeitig eine Antwort.';
const REASONS: Readonly<Record<number, (name: string) => string>> = {
  401: () => 'Du bist nicht angemeldet.',
  403: (name) => `${name} nimmt keine Nachrichten von dir an.`,
  404: (name) => `${name} wurde nicht gefunden.`,
  408: () => NO_ANSWER,
  410: (name) => `${name} ist hier nicht mehr zu erreichen.`,
  413: () => 'Die Nachricht ist zu lang.',
  415: (name) => `${name} kann Nachrichten dieser Art nicht anzeigen.`,
  480: (name) => `${name} ist gerade nicht erreichbar.`,
  486: (name) => `${name} ist gerade beschäftigt.`,
  488: (name) => `${name} kann Nachrichten dieser Art nicht anzeigen.`,
  503: () => 'Der Dienst ist überlastet.',
  504: () => NO_ANSWER,
  600: (name) => `${name} ist gerade beschäftigt.`,
  603: (name) => `${name} hat die Nachricht abgelehnt.`,
  604: (name) => `${name} wurde nicht gefunden.`,
  606: (name) => `${name} nimmt diese Nachricht nicht an.`,
};

function typing(names: readonly string[], shown: string): string {
  if (names.length > 2) return `${shown} Personen schreiben`;
  return `${listing(names)} ${names.length === 1 ? 'schreibt' : 'schreiben'}`;
}

/** The words in German; the user is addressed as "du". */
export const de: Translations = {
  locale: 'de',
  conversation: (name) => `Unterhaltung mit ${name}`,
  conversations: 'Unterhaltungen',
  noConversations: 'Noch keine Unterhaltungen.',
  message: (name) => `Nachricht an ${name}`,
  send: 'Senden',
  retry: 'Erneut senden',
  delete: 'Löschen',
  joined: (label, detail) => `${label}, ${detail}`,
  failure: (status, reason) => (reason ? `${status}. ${reason}` : status),
  ticks: {
    waiting: 'Wartet auf Versand',
    sending: 'Wird gesendet',
    sent: 'Gesendet',
    delivered: 'Zugestellt',
    read: 'Gelesen',
    undeliverable: 'Nicht zustellbar',
    unconfirmed: 'Nicht bestätigt',
    failed: 'Nicht gesendet',
  },
  reason: (code = 0, name) =>
    REASONS[code]?.(name) ?? (code >= 500 && code < 600 ? 'Beim Dienst ist ein Problem aufgetreten.' : ''),
  typing: (names, shown) => `${typing(names, shown)}\u00A0…`,
  youSaid: 'Du hast geschrieben:',
  said: (name) => `${name} hat geschrieben:`,
  today: 'Heute',
  yesterday: 'Gestern',
  unread: 'Neu',
  newMessages: (count, shown) => `${shown} ${plural(count, { one: 'neue Nachricht', other: 'neue Nachrichten' })}`,
  jumpToLatest: 'Zur neuesten Nachricht',
  scrollToUnread: 'Zur ersten neuen Nachricht',
  loadingOlder: 'Frühere Nachrichten werden geladen\u00A0…',
  olderFailed: 'Frühere Nachrichten konnten nicht geladen werden.',
  tryAgain: 'Erneut versuchen',
  beginning: (name) => `Hier beginnt deine Unterhaltung mit ${name}.`,
  empty: 'Noch keine Nachrichten. Sag Hallo!',
  encrypted: 'Verschlüsselte Nachricht, die diese App nicht lesen kann.',
  unsupported: (contentType) => `Diese Nachricht kann hier nicht angezeigt werden (${contentType}).`,
  connecting: 'Verbindung wird hergestellt\u00A0…',
  reconnecting: 'Verbindung wird wiederhergestellt\u00A0…',
  offline: 'Du bist offline',
  reconnected: 'Wieder verbunden',
  sendLater: 'Du bist offline. Nachrichten werden später gesendet.',
  ended: 'Diese Unterhaltung ist beendet.',
  tooLong: (_, shown) => `Diese Nachricht ist um ${shown} Zeichen zu lang.`,
  cannotSend: 'Diese Nachricht kann nicht gesendet werden.',
  noFiles: 'Hier können keine Dateien gesendet werden.',
  notStarted: 'Diese Unterhaltung wurde nicht gestartet.',
  outdated: 'Diese Seite ist veraltet. Lade sie neu.',
  signedOut: 'Der Server nimmt deine Anmeldung nicht mehr an. Diese Unterhaltung ist beendet.',
  connectionClosed: 'Die Verbindung ist geschlossen. Diese Unterhaltung ist beendet.',
  available: 'Online',
  unavailable: 'Abwesend',
  announce: {
    message: (name, text) => `${name}: ${text}`,
    messages: (count, shown, name) =>
      plural(count, { one: `Neue Nachricht von ${name}`, other: `${shown} neue Nachrichten von ${name}` }),
    typing,
    offline: 'Du bist offline. Nachrichten werden später gesendet.',
    reconnected: 'Wieder verbunden.',
    failed: 'Nachricht nicht gesendet.',
    failedRetry: 'Nachricht nicht gesendet. Du kannst sie erneut senden.',
    unconfirmed: 'Deine Nachricht wurde nicht bestätigt. Vielleicht ist sie angekommen. Du kannst sie erneut senden.',
    undeliverable: 'Deine Nachricht konnte nicht zugestellt werden.',
  },
  file: (kind, size) => `${kind}, ${size}`,
  kinds: { image: 'Bild', audio: 'Ton', video: 'Video', text: 'Text', file: 'Datei' },
  download: 'Herunterladen',
  showMore: 'Mehr anzeigen',
  showLess: 'Weniger anzeigen',
  facts: 'Nachrichtendetails',
  queued: 'Zum Senden vorgemerkt',
  unknownTime: 'Zeit unbekannt',
  mayHaveArrived:
    'Es kam nicht rechtzeitig eine Antwort. Die Nachricht ist vielleicht angekommen; du kannst sie gefahrlos erneut senden.',
  cancel: 'Nicht senden',
  refused: (code) => `Die Nachricht wurde abgelehnt (Code ${code}).`,
};
