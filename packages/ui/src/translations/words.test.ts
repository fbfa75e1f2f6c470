import { describe, expect, it } from 'vitest';
import { defaultTranslations as en, type Translations } from '../settings/translations.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { ja } from './ja.ts';

const CATALOGUES = { en, de, ar, ja };
const TRANSLATIONS: readonly [string, Translations][] = Object.entries({ de, ar, ja });

/** Response codes: those with a separate sentence in any catalogue, one with that of its class, and one without a sentence. */
const CODES = [401, 403, 404, 408, 410, 413, 415, 480, 486, 488, 503, 504, 513, 600, 603, 604, 606];

/** Every text of a catalogue by its path. Functions are called with the arguments that the components use. */
function spoken(translations: Translations): Map<string, string> {
  const said = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') said.set(path, value);
    else if (typeof value === 'object')
      for (const [key, each] of Object.entries(value ?? {})) walk(each, `${path}.${key}`);
  };
  walk(translations, '');
  for (const count of [1, 2, 3, 11, 100]) {
    const names = Array.from({ length: count }, (_, index) => `Bo${index}`);
    said.set(`typing ${count}`, translations.typing(names, String(count)));
    said.set(`announce.typing ${count}`, translations.announce.typing(names, String(count)));
    said.set(`newMessages ${count}`, translations.newMessages(count, String(count)));
    said.set(`search.found ${count}`, translations.search.found(count, String(count)));
    said.set(`files.added ${count}`, translations.files.added(count, String(count)));
    said.set(`tooLong ${count}`, translations.tooLong(count, String(count)));
    said.set(`announce.held ${count}`, translations.announce.held(count, String(count)));
    said.set(`announce.messages ${count}`, translations.announce.messages(count, String(count), 'Bo'));
  }
  for (const code of [...CODES, 599]) said.set(`reason ${code}`, translations.reason(code, 'Bo'));
  said.set('refused', translations.refused(422));
  for (const key of ['conversation', 'message', 'said', 'beginning', 'unsupported'] as const)
    said.set(key, translations[key]('Bo'));
  said.set('announce.message', translations.announce.message('Bo', 'Hello'));
  for (const key of ['deleteConsequence', 'replyingTo'] as const) said.set(key, translations[key]('Bo'));
  said.set('conversationActions.label', translations.conversationActions.label('Bo'));
  said.set('quote', translations.quote('Bo', 'Hello'));
  said.set('reaction', translations.reaction('👍', ['Bo', translations.you]));
  said.set('revision', translations.revision('2'));
  said.set('joined', translations.joined('a', 'b'));
  for (const key of ['remove', 'empty', 'unreadable', 'notStored', 'uploading'] as const)
    said.set(`files.${key}`, translations.files[key]('cat.jpg'));
  said.set('files.tooLarge', translations.files.tooLarge('cat.jpg', '10 MB'));
  said.set('files.notAccepted', translations.files.notAccepted('cat.jpg', 'image/*'));
  said.set('find.position', translations.find.position('3', '12'));
  said.set('sendingIn', translations.sendingIn('7'));
  said.set('failure', translations.failure('a', 'b'));
  return said;
}

/** The structure of a catalogue: each path with its type. */
function shape(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'object' ? shape(each, `${path}${key}.`) : `${path}${key}: ${typeof each}`,
  );
}

describe('the catalogues', () => {
  it.each(TRANSLATIONS)('the catalogue %s has the keys of English, and no more', (_, translations) => {
    expect(shape(translations).toSorted()).toEqual(shape(en).toSorted());
  });

  it.each(Object.entries(CATALOGUES))('the catalogue %s has a translation for every key', (_, translations) => {
    const said = spoken(translations);
    expect(
      Array.from(said).filter(([, text]) => text.trim() === '' || /undefined|null|NaN|\[object/.test(text)),
    ).toEqual([]);
    expect(translations.reason(undefined, 'Bo')).toBe('');
    expect(translations.reason(299, 'Bo')).toBe('');
    expect(translations.failure('a', '')).toBe('a');
    expect(said.get('refused')).toContain('422');
    // The text contains the name.
    for (const key of [
      'conversation',
      'message',
      'said',
      'beginning',
      'announce.messages 3',
      'announce.message',
      'quote',
      'reaction',
    ]) {
      expect(said.get(key), key).toContain('Bo');
    }
    for (const key of ['newMessages 11', 'search.found 11', 'tooLong 11', 'announce.messages 11', 'typing 11']) {
      expect(said.get(key), key).toContain('11');
    }
  });

  it.each(TRANSLATIONS)('the catalogue %s has no text left in English', (_, translations) => {
    const english = spoken(en);
    const same = Array.from(spoken(translations)).filter(([key, text]) => english.get(key) === text);
    // These texts are the same in German, or contain no words.
    const alike = ['.available', '.kinds.video', '.kinds.text', 'announce.message', 'joined', 'failure'];
    expect(same.map(([key]) => key).filter((key) => !alike.includes(key))).toEqual([]);
  });

  it('the catalogues are written in the script of their language', () => {
    const none = (translations: Translations, script: RegExp): string[] =>
      Array.from(spoken(translations)).flatMap(([key, text]) =>
        script.test(text) || ['.locale', 'joined', 'failure', 'announce.message'].includes(key) ? [] : [key],
      );
    expect(none(ar, /\p{Script=Arabic}/u)).toEqual([]);
    expect(none(ja, /\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Han}/u)).toEqual([]);
    expect([en, de, ar, ja].map(({ locale }) => locale)).toEqual(['en', 'de', 'ar', 'ja']);
  });
});

describe('counts', () => {
  const counts = [0, 1, 2, 3, 11, 100];

  it('Arabic has six plural forms', () => {
    expect(counts.map((count) => ar.newMessages(count, String(count)))).toEqual([
      'لا رسائل جديدة',
      'رسالة جديدة',
      'رسالتان جديدتان',
      '3 رسائل جديدة',
      '11 رسالة جديدة',
      '100 رسالة جديدة',
    ]);
    expect(counts.slice(1).map((count) => ar.tooLong(count, String(count)))).toEqual([
      'الرسالة أطول من المسموح بحرف واحد.',
      'الرسالة أطول من المسموح بحرفين.',
      'الرسالة أطول من المسموح بمقدار 3 أحرف.',
      'الرسالة أطول من المسموح بمقدار 11 حرفًا.',
      'الرسالة أطول من المسموح بمقدار 100 حرف.',
    ]);
    expect([3, 11, 100].map((count) => ar.typing(Array<string>(count).fill('Bo'), String(count)))).toEqual([
      '3 أشخاص يكتبون…',
      '11 شخصًا يكتبون…',
      '100 شخص يكتبون…',
    ]);
  });

  it('English and German have two plural forms, Japanese one', () => {
    expect([1, 2].map((count) => en.newMessages(count, String(count)))).toEqual(['1 new message', '2 new messages']);
    expect([1, 2].map((count) => de.newMessages(count, String(count)))).toEqual([
      '1 neue Nachricht',
      '2 neue Nachrichten',
    ]);
    expect([1, 2].map((count) => ja.newMessages(count, String(count)))).toEqual([
      '新着メッセージ1件',
      '新着メッセージ2件',
    ]);
  });

  it('a shown number may be less exact than the count that selects the plural form', () => {
    expect(en.newMessages(100, '99+')).toBe('99+ new messages');
    expect(ar.newMessages(100, '99+')).toBe('99+ رسالة جديدة');
  });

  it('names are listed in the manner of the language', () => {
    const two = (translations: Translations): string => translations.typing(['Bo', 'Cy'], '2');
    expect([en, de, ar, ja].map(two)).toEqual([
      'Bo and Cy are typing…',
      'Bo und Cy schreiben\u00A0…',
      'Bo وCy يكتبان…',
      'BoさんとCyさんが入力中…',
    ]);
  });
});
