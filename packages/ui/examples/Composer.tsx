import { Composer } from '@imflow/ui';
import type { ReactElement } from 'react';

/** What `<Composer />` is, in its parts. */
export function ComposerAnatomy(): ReactElement {
  return (
    <Composer.Root>
      <Composer.Note />
      <Composer.Input />
      <Composer.Send />
    </Composer.Root>
  );
}
