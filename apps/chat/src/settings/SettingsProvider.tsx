import { ChatSettings } from '@imflow/ui';
import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { AppWords } from '../translations/translations.ts';
import { ENGLISH, type Language, loadLanguage } from './languages.ts';
import { KEY, readSettings, type Settings, writeSettings } from './storedSettings.ts';
import { applyTheme } from './applyTheme.ts';

interface Choices {
  readonly settings: Settings;
  readonly language: Language;
  /** The translations of the last chosen language failed to load. */
  readonly failed: boolean;
  readonly choose: (change: Partial<Settings>) => void;
}

const ChoicesContext = createContext<Choices | undefined>(undefined);

interface SettingsProviderProps {
  /** The settings at first, with their language. */
  readonly first: { readonly settings: Settings; readonly language: Language };
  readonly children: ReactNode;
}

/** Provides the settings of the visitor to all components below. Stores them for the next visit, and shares them with other tabs. */
export function SettingsProvider({ first, children }: SettingsProviderProps): ReactElement {
  const [settings, setSettings] = useState(first.settings);
  const [language, setLanguage] = useState(first.language);
  const [failed, setFailed] = useState(false);
  const latest = useRef(first.settings);

  const { take, choose } = useMemo(() => {
    const change = (next: Settings): void => {
      setSettings(next);
      setFailed(false);
      latest.current = next;
      loadLanguage(next.language).then(
        // If the visitor chooses twice in a row, the second choice counts.
        (loaded) => latest.current.language === loaded.tag && setLanguage(loaded),
        () => setFailed(true),
      );
    };
    return {
      take: change,
      choose: (patch: Partial<Settings>): void => {
        const next = { ...latest.current, ...patch };
        writeSettings(next);
        change(next);
      },
    };
  }, []);

  useEffect(() => {
    const onStorage = ({ key }: StorageEvent): void => {
      if (key === KEY) take(readSettings());
    };
    addEventListener('storage', onStorage);
    return () => removeEventListener('storage', onStorage);
  }, [take]);

  useEffect(() => applyTheme(settings, language), [settings, language]);

  const choices = useMemo(() => ({ settings, language, failed, choose }), [settings, language, failed, choose]);
  return (
    <ChoicesContext.Provider value={choices}>
      <ChatSettings translations={language.chat}>{children}</ChatSettings>
    </ChoicesContext.Provider>
  );
}

/** Returns the settings of the visitor, and the functions that change them. */
export function useChoices(): Choices {
  const choices = useContext(ChoicesContext);
  if (!choices) throw new Error('useChoices must be called inside <SettingsProvider>.');
  return choices;
}

/** Returns the language of this application: English without a provider, for example on the error page. */
export function useLanguage(): Language {
  return useContext(ChoicesContext)?.language ?? ENGLISH;
}

/** Returns the translations of this application. */
export function useWords(): AppWords {
  return useLanguage().app;
}
