'use client';

import {
  type ComponentType,
  type Context,
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
} from 'react';
import type { MessageRecord } from '@imflow/react';
import { defaultWords, type Words } from './words.ts';

/** Shows the body of a message of a content type that the kit does not know. */
export type MessageRenderer = ComponentType<{ readonly message: MessageRecord }>;

export interface Settings {
  readonly words: Words;
  /** Display names by address. Shown as text, whatever they hold. */
  readonly names: Readonly<Record<string, string>>;
  /** A BCP 47 tag for dates and numbers. Default: the browser's. */
  readonly locale: string | undefined;
  /** Renderers by content type; they win over the kit's own. */
  readonly renderers: Readonly<Record<string, MessageRenderer>>;
}

const SettingsContext: Context<Settings> = createContext<Settings>({
  words: defaultWords,
  names: {},
  locale: undefined,
  renderers: {},
});

export interface ChatSettingsProps {
  /** Words that replace the default ones. */
  readonly words?: Partial<Words> | undefined;
  readonly names?: Settings['names'] | undefined;
  readonly locale?: string | undefined;
  readonly renderers?: Settings['renderers'] | undefined;
  readonly children?: ReactNode;
}

/** Words, names, locale and renderers for all components below. What is left out comes from the settings above. */
export function ChatSettings({ words, names, locale, renderers, children }: ChatSettingsProps): ReactElement {
  const above = useSettings();
  const settings = useMemo(
    () => ({
      words: words ? { ...above.words, ...words } : above.words,
      names: names ?? above.names,
      locale: locale ?? above.locale,
      renderers: renderers ?? above.renderers,
    }),
    [above, words, names, locale, renderers],
  );
  return <SettingsContext.Provider value={settings}>{children}</SettingsContext.Provider>;
}

/** The settings in force here. */
export function useSettings(): Settings {
  return useContext(SettingsContext);
}

/** The display name of an address. */
export function nameOf({ names }: Settings, address: string): string {
  return own(names, address) ?? address;
}

/** A value under a key that a stranger chose, which may be the name of something that every object has. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
