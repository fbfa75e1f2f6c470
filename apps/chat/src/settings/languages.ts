import type { Translations } from '@imflow/ui';
import * as english from '../translations/en.ts';
import type { AppWords } from '../translations/translations.ts';

/** The languages of this application, with their native names and text directions. */
export const LANGUAGES = {
  en: { name: 'English', dir: 'ltr', load: async () => english },
  de: { name: 'Deutsch', dir: 'ltr', load: () => import('../translations/de.ts') },
  ar: { name: 'العربية', dir: 'rtl', load: () => import('../translations/ar.ts') },
  ja: { name: '日本語', dir: 'ltr', load: () => import('../translations/ja.ts') },
} as const satisfies Readonly<Record<string, LanguageEntry>>;

interface LanguageEntry {
  readonly name: string;
  readonly dir: 'ltr' | 'rtl';
  readonly load: () => Promise<{ readonly chat: Translations; readonly app: AppWords }>;
}

export type LanguageTag = keyof typeof LANGUAGES;

/** A language with its translations. */
export interface Language {
  readonly tag: LanguageTag;
  readonly chat: Translations;
  readonly app: AppWords;
}

export const ENGLISH: Language = { tag: 'en', ...english };

/**
 * Fetches the translations of a language, which are not part of the initial load. Rejects without a connection.
 */
export async function loadLanguage(tag: LanguageTag): Promise<Language> {
  const { chat, app } = await LANGUAGES[tag].load();
  return { tag, chat, app };
}

export function isLanguage(tag: unknown): tag is LanguageTag {
  return typeof tag === 'string' && Object.hasOwn(LANGUAGES, tag);
}

/** Returns the first of the browser's preferred languages that this application has. */
export function wantedLanguage(): LanguageTag {
  // A web view may name no language, and a system may name its locale differently, such as "en_US.UTF-8".
  const languages = (navigator.languages as readonly unknown[] | undefined) ?? [];
  const wanted = languages.map((tag) =>
    String(tag)
      .split(/[-_.@]/, 1)[0]
      ?.toLowerCase(),
  );
  return wanted.find(isLanguage) ?? 'en';
}
