/** A plain button inside a part. */

import type { ComponentPropsWithoutRef, ReactElement, RefCallback } from 'react';
import { renderPart } from './part.ts';

interface ButtonProps extends Omit<ComponentPropsWithoutRef<'button'>, 'type' | 'className'> {
  /** The CSS class, without the prefix `imflow-`. Default `button`. */
  readonly name?: string;
  readonly buttonRef?: RefCallback<HTMLElement>;
}

/** A button inside a part: one that applications style by its class, and do not replace. It submits no form. */
export function Button({ name = 'button', buttonRef, ...props }: ButtonProps): ReactElement {
  return renderPart('button', name, {}, {}, { type: 'button', ref: buttonRef, ...props });
}
