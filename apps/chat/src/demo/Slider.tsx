import { type ReactElement, useId } from 'react';

interface SliderProps {
  readonly label: string;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The value as a person reads it. */
  readonly shown: string;
  readonly onChange: (value: number) => void;
}

/** A slider for a number from 0 upwards. */
export function Slider({ label, max, step, value, shown, onChange }: SliderProps): ReactElement {
  const id = useId();
  return (
    <div className="slider">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={max}
        step={step}
        value={value}
        aria-valuetext={shown}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <output htmlFor={id}>{shown}</output>
    </div>
  );
}
