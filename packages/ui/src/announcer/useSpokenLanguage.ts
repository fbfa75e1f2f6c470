'use client';

/** The translations and names for announcements. */

import { useEffect, useRef, useState } from 'react';
import { textOf } from '../messageBody/plainText.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import type { Language } from './announcements.ts';

/** Returns a stable object that reads the current settings. */
export function useSpokenLanguage(): Language {
  const settings = useSettings();
  const latest = useRef(settings);
  useEffect(() => {
    latest.current = settings;
  });
  return useState<Language>(() => ({
    translations: () => latest.current.translations,
    name: (address) => nameOf(latest.current, address),
    number: (value) => numberText(value, latest.current.locale),
    text: (message) => textOf(message, latest.current),
  }))[0];
}
