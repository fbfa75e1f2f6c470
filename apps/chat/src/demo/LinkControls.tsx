import { type ReactElement, useId } from 'react';
import { Slider } from './Slider.tsx';
import type { Link } from './useLinks.ts';

interface LinkControlsProps {
  readonly name: string;
  readonly link: Link;
  readonly lost: number;
  readonly onChange: (change: Partial<Link>) => void;
}

/** The means to cut, slow down and spoil one person's connection. */
export function LinkControls({ name, link, lost, onChange }: LinkControlsProps): ReactElement {
  const id = useId();
  return (
    <fieldset className="link">
      <legend>
        {name}
        {lost > 0 && <small>{lost} lost so far</small>}
      </legend>
      <div className="link-switch">
        <label htmlFor={id}>Connected</label>
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
        label="Delay"
        max={5}
        step={0.25}
        value={link.delay / 1_000}
        shown={`${link.delay / 1_000} s`}
        onChange={(seconds) => onChange({ delay: seconds * 1_000 })}
      />
      <Slider
        label="Loss"
        max={100}
        step={10}
        value={Math.round(link.loss * 100)}
        shown={`${Math.round(link.loss * 100)} %`}
        onChange={(percent) => onChange({ loss: percent / 100 })}
      />
    </fieldset>
  );
}
