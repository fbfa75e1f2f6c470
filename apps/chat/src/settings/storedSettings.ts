import { isLanguage, type LanguageTag, wantedLanguage } from './languages.ts';

export const BRIGHTNESSES = ['system', 'light', 'dark'] as const;
export const THEMES = ['plain', 'meadow', 'ink'] as const;
/** How long a message is held for undo send, in s. */
export const SEND_DELAYS = [0, 5, 10] as const;

/** What a visitor has chosen. */
export interface Settings {
  readonly language: LanguageTag;
  readonly brightness: (typeof BRIGHTNESSES)[number];
  readonly theme: (typeof THEMES)[number];
  readonly sendDelay: (typeof SEND_DELAYS)[number];
}

/** Where choices are kept, as JSON. */
export const KEY = 'imflow:settings';

/** The choices of an earlier visit, as far as the browser remembers them and they still make sense. */
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

/** Remembers choices. A browser that keeps nothing forgets them with the page. */
export function writeSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // They hold as long as the page.
  }
}
