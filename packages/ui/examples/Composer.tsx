import { Composer } from '@imflow/ui';
import type { ReactElement } from 'react';

/** The parts of `<Composer />`. Files need the style sheet `@imflow/ui/files.css`. */
export function ComposerAnatomy(): ReactElement {
  return (
    <Composer.Root>
      <Composer.Banner />
      <Composer.Note />
      <Composer.Attachments />
      <Composer.Attach />
      <Composer.Input />
      <Composer.Send />
    </Composer.Root>
  );
}
