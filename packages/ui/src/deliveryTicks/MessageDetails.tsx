'use client';

import type { MessageRecord } from '@imflow/react';
import { createElement, type MouseEvent, type ReactElement, useState } from 'react';
import { lazyModule } from '../internal/lazyModule.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { activeElementOf } from '../internal/realm.ts';
import type { MessageDetailsPanel, MessageDetailsPanelProps } from './MessageDetailsPanel.tsx';

/** What the button shows, as `data-*` attributes and for `className` and `render`. */
export interface MessageDetailsState {
  /** The panel is open. */
  readonly open: boolean;
}

/** Which message, and whether it waits; else the attributes of a `<button>`. */
export interface MessageDetailsProps extends PartProps<'button', MessageDetailsState> {
  readonly message: MessageRecord;
  /** Nothing can leave now: a message that is queued or on its way waits, for the connection or for the other side to come. Default false. */
  readonly waiting?: boolean;
}

/**
 * A button around the ticks of an own message. It opens a panel that says when each stage was reached and why a message
 * did not arrive, and can take a message back while it is queued. Not a stop of the Tab key, since there is one for each
 * message: in a message list, Enter or Space on the message opens it. Escape closes it and gives the focus back.
 * Renders a `<button>`.
 */
export function MessageDetails({ message, waiting = false, ...rest }: MessageDetailsProps): ReactElement {
  const [opened, setOpened] = useState<Opened>();
  const open = opened !== undefined;

  function close(returns: boolean): void {
    setOpened(undefined);
    if (returns) opened?.focused?.focus({ preventScroll: true });
  }

  return (
    <>
      {renderPart('button', 'details-button', { open }, rest, {
        type: 'button',
        tabIndex: -1,
        'aria-haspopup': 'dialog',
        'aria-expanded': open,
        onClick: ({ currentTarget }: MouseEvent<HTMLElement>) =>
          setOpened(opened ? undefined : { anchor: currentTarget, focused: activeElementOf(currentTarget) }),
      })}
      {opened && <Panel message={message} waiting={waiting} anchor={opened.anchor} close={close} />}
    </>
  );
}

interface Opened {
  /** The button. */
  readonly anchor: HTMLElement;
  /** What had the focus when it was opened. */
  readonly focused: HTMLElement | null;
}

const usePanel: () => typeof MessageDetailsPanel | undefined = /* @__PURE__ */ lazyModule(
  async () => (await import('./MessageDetailsPanel.tsx')).MessageDetailsPanel,
);

/** Fetched when the first one is opened, since most never are. */
function Panel(props: MessageDetailsPanelProps): ReactElement | null {
  const loaded = usePanel();
  return loaded ? createElement(loaded, props) : null;
}
