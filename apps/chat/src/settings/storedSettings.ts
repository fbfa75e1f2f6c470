import { isLanguage, type LanguageTag, wantedLanguage } from './languages.ts';

export const BRIGHTNESSES = ['system', 'light', 'dark'] as const;
export const THEMES = ['plain', 'meadow', 'ink'] as const;
/** How long a message is held for undo send, in s. */
export const SEND_DELAYS = [0, 5, 10] as const;

/** The settings of a visitor. */
export interface Settings {
  readonly language: LanguageTag;
  readonly brightness: (typeof BRIGHTNESSES)[number];
  readonly theme: (typeof THEMES)[number];
  readonly sendDelay: (typeof SEND_DELAYS)[number];
}

/** The storage key of the settings, which are stored as JSON. */
export const KEY = 'imflow:settings';

/** Reads the settings of an earlier visit. Missing and invalid ones have their defaults. */
export function readSettings(): Settings {
  const { language, brightness, theme, sendDelay } = storedFields();
  return {
    language: isLanguage(language) ? language : wantedLanguage(),
    brightness: BRIGHTNESSES.find((each) => each === brightness) ?? 'system',
    theme: THEMES.find((each) => each === theme) ?? 'plain',
    sendDelay: SEND_DELAYS.find((each) => each === sendDelay) ?? 0,
  };
}

function storedFields(): Partial<Record<keyof Settings, unknown>> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

/** Stores settings. Without storage they last as long as the page. */
export function writeSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // The settings last as long as the page.
  }
}
