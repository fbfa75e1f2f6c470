'use client';

/** The toolbar of message actions. */

import { createElement, type ReactElement, useEffect, useSyncExternalStore } from 'react';
import { type LazyModule, lazyModule } from '../internal/lazyModule.ts';
import type { PartProps } from '../internal/part.ts';
import { PartBoundary } from '../internal/PartBoundary.tsx';
import type { MessageToolbar, MessageToolbarProps } from './actions/MessageToolbar.tsx';
import { useMessageList } from './MessageListContext.ts';

/** The attributes of a `<div>`, `className` and `render`. */
export type MessageListActionsProps = Omit<PartProps<'div'>, 'children'>;

/**
 * The actions of a message: a toolbar in the message that has the pointer or the focus. The context menu key, and on touch
 * screens a button, open it too. It renders no row. Renders a `<div role="toolbar">`, or nothing.
 */
export function MessageListActions(props: MessageListActionsProps): ReactElement | null {
  const { surface } = useMessageList();
  const shown = useSyncExternalStore(surface.subscribe, surface.get, () => undefined);
  useEffect(() => surface.attach(useToolbar.preload), [surface]);
  if (!shown) return null;
  // If an action or a picker of the application throws, only the toolbar of that message is removed.
  return (
    <PartBoundary inputs={[shown]}>
      <Toolbar {...props} shown={shown} />
    </PartBoundary>
  );
}

const useToolbar: LazyModule<typeof MessageToolbar> = /* @__PURE__ */ lazyModule(
  async () => (await import('./actions/MessageToolbar.tsx')).MessageToolbar,
);

/** The toolbar. Loaded when the list is first touched, or a message gets the pointer or the focus. */
function Toolbar(props: MessageToolbarProps): ReactElement | null {
  const loaded = useToolbar();
  return loaded ? createElement(loaded, props) : null;
}
