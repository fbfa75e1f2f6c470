import { cdp } from 'vitest/browser';

/** The settings of the page in a visual test. */
export interface Appearance {
  readonly theme: 'light' | 'dark';
  readonly direction: 'ltr' | 'rtl';
  readonly forcedColors: boolean;
}

export const APPEARANCES: Readonly<Record<string, Appearance>> = {
  light: { theme: 'light', direction: 'ltr', forcedColors: false },
  dark: { theme: 'dark', direction: 'ltr', forcedColors: false },
  'right-to-left': { theme: 'light', direction: 'rtl', forcedColors: false },
  'forced-colors': { theme: 'light', direction: 'ltr', forcedColors: true },
};

/** The fonts of every picture: packages of Debian that `pnpm run browser` installs together with Chromium. */
const FONTS = { 'Liberation Sans': 'fonts-liberation', 'Noto Color Emoji': 'fonts-noto-color-emoji' };

/** Applies an appearance to the page, with the same fonts on every machine. */
export async function applyAppearance({ theme, direction, forcedColors }: Appearance): Promise<void> {
  requireFonts();
  const { style, dataset } = document.documentElement;
  style.setProperty(
    '--imflow-font',
    Object.keys(FONTS)
      .map((font) => `'${font}'`)
      .join(', '),
  );
  dataset['theme'] = theme;
  document.documentElement.dir = direction;
  document.body.style.background = 'Canvas';
  await cdp().send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'forced-colors', value: forcedColors ? 'active' : 'none' },
      { name: 'prefers-color-scheme', value: theme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ],
  });
}

/** Throws an error if a font is missing: with other fonts, every picture would differ without a reason. */
function requireFonts(): void {
  const missing = Object.entries(FONTS).filter(([font]) => !isInstalled(font));
  if (missing.length === 0) return;
  throw new Error(
    `Pictures need the fonts of ${missing.map(([, name]) => name).join(' and ')}, which are not installed.`,
  );
}

/** Whether a font is installed: its texts then have the same size with any fallback font. */
function isInstalled(font: string): boolean {
  const pen = document.createElement('canvas').getContext('2d');
  const [one, other] = ['monospace', 'serif'].map((fallback) => {
    if (pen) pen.font = `40px '${font}', ${fallback}`;
    return pen?.measureText('imflow 😀 0123').width;
  });
  return font.includes('Emoji') ? document.fonts.check(`40px '${font}'`) : one === other;
}
