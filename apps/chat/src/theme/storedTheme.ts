export type Theme = 'light' | 'dark';

const KEY = 'imflow:theme';

/** The theme that was chosen on an earlier visit, if one was and the browser remembers. */
export function readTheme(): Theme | undefined {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'light' || theme === 'dark' ? theme : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a choice, or forgets it. A browser that keeps nothing forgets it by itself. */
export function writeTheme(theme: Theme | undefined): void {
  try {
    if (theme) localStorage.setItem(KEY, theme);
    else localStorage.removeItem(KEY);
  } catch {
    // It holds as long as the page.
  }
}
