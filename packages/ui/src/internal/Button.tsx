import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { renderPart } from './part.ts';

interface ButtonProps extends Omit<ComponentPropsWithoutRef<'button'>, 'type' | 'className'> {
  /** Its class, without `imflow-`. Default `button`. */
  readonly name?: string;
}

/** A button inside a part: one that applications style by its class, and do not replace. It submits no form. */
export function Button({ name = 'button', ...props }: ButtonProps): ReactElement {
  return renderPart('button', name, {}, {}, { type: 'button', ...props });
}
