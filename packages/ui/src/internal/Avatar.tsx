import type { ReactElement } from 'react';

/** The initials of a name, in a circle. Screen readers skip it, since the name stands beside it. */
export function Avatar({ name }: { readonly name: string }): ReactElement {
  return (
    <span aria-hidden="true" className="imflow-avatar">
      {initialsOf(name)}
    </span>
  );
}

/** The first letters of the first and the last word. */
function initialsOf(name: string): string {
  const letters = name.match(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu) ?? [];
  return [letters[0], ...letters.slice(1).slice(-1)].join('').toUpperCase();
}
