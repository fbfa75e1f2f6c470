import { type Language, LANGUAGES } from './languages.ts';
import type { Settings } from './storedSettings.ts';

/** Applies the chosen theme, brightness and language to the page. */
export function applyTheme({ theme, brightness }: Settings, { tag }: Language): void {
  const { documentElement: page } = document;
  page.dataset['theme'] = themeWords(theme, brightness);
  page.lang = tag;
  page.dir = LANGUAGES[tag].dir;
}

/** Returns the value of `data-theme` for a theme and a brightness. */
export function themeWords(theme: Settings['theme'], brightness: Settings['brightness']): string {
  return theme === 'plain' ? brightness : `${theme} ${brightness}`;
}
