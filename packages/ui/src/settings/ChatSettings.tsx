'use client';

/** The settings of the components: translations, names, locale, renderers, actions. */

import { type Context, createContext, type ReactElement, type ReactNode, useContext, useMemo } from 'react';
import type { MessageExcerpts, MessageRenderers } from '../messageBody/renderers.ts';
import type { EmojiPicker, MessageAction, MessageActionName } from '../messageList/actions/messageAction.ts';
import { sanitiseLabel } from './sanitiseLabel.ts';
import { guardTranslations } from './guardTranslations.ts';
import { type Direction, directionOf, isolate, regional } from './language.ts';
import { defaultTranslations, type Translations } from './translations.ts';

export interface Settings {
  readonly translations: Translations;
  /** Display names by address. They are always shown as text. */
  readonly names: Readonly<Record<string, string>>;
  /** A BCP 47 tag for dates and numbers. */
  readonly locale: string;
  /** The attributes of the outermost element of each component. Empty if the language of the page is to apply. */
  readonly language: { readonly lang?: string; readonly dir?: Direction };
  /** The text direction; `auto` while it is unknown. */
  readonly textDir: Direction | 'auto';
  /** Renderers by content type; an exact one wins over the kit's own. */
  readonly renderers: MessageRenderers;
  /** Messages of own content types in words, by content type: for lists, quotes, announcements and copies. */
  readonly excerpts: MessageExcerpts;
  /** Addresses of pictures (URLs) by address of the participant. */
  readonly avatars: Readonly<Record<string, string>>;
  /** The actions on a message, in order. Default: all actions of the kit. */
  readonly messageActions?: readonly (MessageActionName | MessageAction)[] | undefined;
  /** Emojis to react with at once. Default: 👍 ❤️ 😂 😮 😢 🎉 */
  readonly emojis?: readonly string[] | undefined;
  /** Lets the user choose any other emoji. Default: none. */
  readonly emojiPicker?: EmojiPicker | undefined;
}

const SettingsContext: Context<Settings> = createContext<Settings>({
  translations: defaultTranslations,
  names: {},
  // Evaluated on use, since a server has a different locale than the browser.
  get locale() {
    return regional(defaultTranslations.locale);
  },
  language: {},
  textDir: 'auto',
  renderers: {},
  excerpts: {},
  avatars: {},
});

/** The settings to change; absent ones are inherited. */
export interface ChatSettingsProps {
  /**
   * Translations that replace those above: a catalogue such as `de` of `@imflow/ui/translations/de`, or some of your
   * own. Default: English.
   */
  readonly translations?: Partial<Translations> | undefined;
  /** Names of users, by address. Default: none; the address is shown. */
  readonly names?: Settings['names'] | undefined;
  /**
   * A BCP 47 tag for dates and numbers. Default: the language of the words, with the region that the browser asks for.
   *
   * @throws {RangeError} while rendering, if it is not a valid tag.
   */
  readonly locale?: string | undefined;
  /**
   * The direction of the components. Default: that of the locale, or of the page while neither locale nor words are
   * set.
   */
  readonly dir?: Direction | undefined;
  /** Renderers of other content types, by content type. Default: none. */
  readonly renderers?: Settings['renderers'] | undefined;
  /**
   * Functions that describe messages of your own content types in words, by content type, as in `renderers`: for the list
   * of conversations, quotes, announcements and copies. Default: the kind of the content.
   */
  readonly excerpts?: Settings['excerpts'] | undefined;
  /** URLs of pictures by address of the participant; participants without a picture show initials. Default: none. */
  readonly avatars?: Settings['avatars'] | undefined;
  /**
   * The actions on a message, in order: names of the kit's actions, and actions of the application. Default: all actions
   * of the kit.
   */
  readonly messageActions?: Settings['messageActions'];
  /** Emojis to react with at once. Default: 👍 ❤️ 😂 😮 😢 🎉 */
  readonly emojis?: Settings['emojis'];
  /** Lets the user choose any other emoji; it is given `onPick`. Default: none. */
  readonly emojiPicker?: Settings['emojiPicker'];
  /** The components that the settings are for. */
  readonly children?: ReactNode;
}

/** Translations, names, locale and renderers for all components below. Absent ones are inherited. */
export function ChatSettings(props: ChatSettingsProps): ReactElement {
  const { translations, names, locale, dir, renderers, excerpts, avatars, children } = props;
  const { messageActions, emojis, emojiPicker } = props;
  const above = useSettings();
  const settings = useMemo(
    () => ({
      translations: translations ? guardTranslations(translations, above.translations) : above.translations,
      names: names ?? above.names,
      renderers: renderers ?? above.renderers,
      excerpts: excerpts ?? above.excerpts,
      avatars: avatars ?? above.avatars,
      messageActions: messageActions ?? above.messageActions,
      emojis: emojis ?? above.emojis,
      emojiPicker: emojiPicker ?? above.emojiPicker,
      ...languageOf(above, translations?.locale, locale, dir),
    }),
    [above, translations, names, locale, dir, renderers, excerpts, avatars, messageActions, emojis, emojiPicker],
  );
  return <SettingsContext.Provider value={settings}>{children}</SettingsContext.Provider>;
}

type LanguageSettings = Pick<Settings, 'locale' | 'language' | 'textDir'>;

function languageOf(
  { locale: localeAbove, language, textDir: dirAbove }: LanguageSettings,
  spoken: string | undefined,
  locale: string | undefined,
  dir: Direction | undefined,
): LanguageSettings {
  const lang = locale ?? spoken;
  if (lang === undefined) {
    return { locale: localeAbove, language: dir ? { ...language, dir } : language, textDir: dirAbove };
  }
  const textDir = directionOf(lang);
  return { locale: locale ?? regional(lang), language: { lang, dir: dir ?? textDir }, textDir };
}

/** Returns the inherited settings. */
export function useSettings(): Settings {
  return useContext(SettingsContext);
}

/** The display name of an address, sanitised for use in a sentence. */
export function nameOf({ names, textDir }: Settings, address: string): string {
  return isolate(sanitiseLabel(own(names, address) ?? address), textDir === 'auto' ? 'ltr' : textDir);
}

/** Reads an own property under a key from another user, which may be `constructor`. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
