import { type ReactElement, useId } from 'react';
import { useChoices } from '../settings/SettingsProvider.tsx';
import { Slider } from './Slider.tsx';
import type { Link } from './useLinks.ts';

interface LinkControlsProps {
  readonly name: string;
  readonly link: Link;
  readonly lost: number;
  readonly onChange: (change: Partial<Link>) => void;
}

/** The controls that cut, delay or disturb the connection of one user. */
export function LinkControls({ name, link, lost, onChange }: LinkControlsProps): ReactElement {
  const [id, nameId] = [useId(), useId()];
  const { language } = useChoices();
  const translations = language.app.network;
  return (
    <fieldset className="link" aria-labelledby={nameId}>
      {/* Not a legend: WebKit always places a legend on the border. */}
      <p className="link-name" id={nameId}>
        {name}
        {lost > 0 && <small>{translations.lost(lost.toLocaleString(language.tag))}</small>}
      </p>
      <div className="link-switch">
        <label htmlFor={id}>{translations.connected}</label>
        <input
          id={id}
          type="checkbox"
          role="switch"
          className="switch"
          checked={link.connected}
          aria-checked={link.connected}
          onChange={(event) => onChange({ connected: event.target.checked })}
        />
      </div>
      <Slider
        label={translations.delay}
        max={5}
        step={0.25}
        value={link.delay / 1_000}
        shown={inUnits(link.delay / 1_000, 'second', language.tag)}
        onChange={(seconds) => onChange({ delay: seconds * 1_000 })}
      />
      <Slider
        label={translations.loss}
        max={100}
        step={10}
        value={Math.round(link.loss * 100)}
        shown={inUnits(Math.round(link.loss * 100), 'percent', language.tag)}
        onChange={(percent) => onChange({ loss: percent / 100 })}
      />
    </fieldset>
  );
}

function inUnits(value: number, unit: string, language: string): string {
  return value.toLocaleString(language, { style: 'unit', unit, unitDisplay: 'short' });
}
