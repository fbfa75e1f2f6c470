/** The initials of a name in a coloured circle. */

import type { ReactElement } from 'react';

/** How many tints there are: the rules for `data-tint` in internal.css. */
const TINTS = 8;

/** The initials of a name, in a circle whose tint comes from the address. Screen readers skip it, since the name stands beside it. */
export function Avatar({ name, address }: { readonly name: string; readonly address: string }): ReactElement {
  return (
    <span aria-hidden="true" className="imflow-avatar" data-tint={tintOf(address)}>
      {initialsOf(name)}
    </span>
  );
}

/** The first letters of the first and the last word. */
function initialsOf(name: string): string {
  const letters = name.match(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu) ?? [];
  return [letters[0], ...letters.slice(1).slice(-1)].join('').toUpperCase();
}

/** The same for an address on every device, from 0 to {@link TINTS} - 1. */
function tintOf(address: string): number {
  let hash = 0;
  for (let index = 0; index < address.length; index += 1) hash = (hash * 31 + address.charCodeAt(index)) % 65_521;
  return hash % TINTS;
}
