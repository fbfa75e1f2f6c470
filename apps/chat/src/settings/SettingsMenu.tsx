import './settings.css';
import { type ReactElement, type ReactNode, type ToggleEvent, useId, useRef } from 'react';
import { Icon } from '../Icon.tsx';
import { LANGUAGES, type LanguageTag } from './languages.ts';
import { useChoices, useWords } from './SettingsProvider.tsx';
import { BRIGHTNESSES, SEND_DELAYS, THEMES } from './storedSettings.ts';
import { themeWords } from './applyTheme.ts';

/** A button, and the panel that it opens: language, brightness, theme and send delay. */
export function SettingsMenu(): ReactElement {
  const { settings, language, failed, choose } = useChoices();
  const translations = useWords().settings;
  const button = useRef<HTMLButtonElement>(null);
  const panel = useId();
  const languages = Object.keys(LANGUAGES) as LanguageTag[];

  /** Places the panel below the button, at its end. */
  function place({ currentTarget, newState }: ToggleEvent<HTMLElement>): void {
    if (newState !== 'open' || !button.current) return;
    const { bottom, left, right } = button.current.getBoundingClientRect();
    const toEnd = LANGUAGES[language.tag].dir === 'rtl' ? left : document.documentElement.clientWidth - right;
    currentTarget.style.insetBlockStart = `${bottom + 6}px`;
    currentTarget.style.insetInlineEnd = `${Math.max(8, toEnd)}px`;
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button"
        popoverTarget={panel}
        aria-label={translations.open}
        title={translations.open}
      >
        <Icon name="settings" />
      </button>
      <section id={panel} popover="auto" className="settings" aria-label={translations.open} onBeforeToggle={place}>
        <Choice
          label={translations.language}
          options={languages}
          value={settings.language}
          onChoose={(tag) => choose({ language: tag })}
        >
          {(tag) => <span lang={tag}>{LANGUAGES[tag].name}</span>}
        </Choice>
        {failed && <p role="alert">{translations.failed}</p>}
        <Choice
          label={translations.brightness}
          options={BRIGHTNESSES}
          value={settings.brightness}
          onChoose={(brightness) => choose({ brightness })}
        >
          {(brightness) => translations[brightness]}
        </Choice>
        <Choice
          label={translations.theme}
          options={THEMES}
          value={settings.theme}
          onChoose={(theme) => choose({ theme })}
        >
          {(theme) => (
            <>
              <i className="settings-swatch" data-theme={themeWords(theme, settings.brightness)} />
              {translations[theme]}
            </>
          )}
        </Choice>
        <Choice
          label={translations.undoSend}
          options={SEND_DELAYS}
          value={settings.sendDelay}
          onChoose={(sendDelay) => choose({ sendDelay })}
        >
          {(seconds) =>
            seconds === 0
              ? translations.off
              : new Intl.NumberFormat(language.tag, { style: 'unit', unit: 'second' }).format(seconds)
          }
        </Choice>
      </section>
    </>
  );
}

interface ChoiceProps<Option extends string | number> {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: Option;
  readonly onChoose: (option: Option) => void;
  readonly children: (option: Option) => ReactNode;
}

/** A group of radio buttons. */
function Choice<Option extends string | number>({
  label,
  options,
  value,
  onChoose,
  children,
}: ChoiceProps<Option>): ReactElement {
  const name = useId();
  return (
    <fieldset className="settings-choice">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option}>
          <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChoose(option)} />
          {children(option)}
        </label>
      ))}
    </fieldset>
  );
}
