'use client';

/** The button around the ticks that opens the details of a message. */

import type { MessageRecord } from '@imflow/react';
import { createElement, type MouseEvent, type ReactElement, useContext, useEffect, useRef, useState } from 'react';
import { lazyModule } from '../internal/lazyModule.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { activeElementOf } from '../internal/realm.ts';
import { MessageListContext } from '../messageList/MessageListContext.ts';
import type { MessageDetailsPanel, MessageDetailsPanelProps } from './MessageDetailsPanel.tsx';

/** The state of the button: `data-*` attributes, and the argument of `className` and `render`. */
export interface MessageDetailsState {
  /** The panel is open. */
  readonly open: boolean;
}

/** The message, and whether it waits, and the attributes of a `<button>`. */
export interface MessageDetailsProps extends PartProps<'button', MessageDetailsState> {
  /** The own message whose stages are shown. */
  readonly message: MessageRecord;
  /**
   * Whether no message can be sent now: a message that is queued or being sent then waits for the connection, or for
   * the participant to come online. Default false.
   */
  readonly waiting?: boolean;
}

/**
 * A button around the ticks of an own message. It opens a panel that shows when each stage was reached and why a message
 * did not arrive, for each text of an edited message, and can discard a queued message. It is no tab stop, since there is
 * one for each message: in a message list, Enter or Space on the message opens the panel. Escape closes the panel and
 * returns the focus. Renders a `<button>`.
 */
export function MessageDetails({ message, waiting = false, ...rest }: MessageDetailsProps): ReactElement {
  const [opened, setOpened] = useState<Opened>();
  const open = opened !== undefined;
  const button = useRef<HTMLElement>(null);
  const details = useContext(MessageListContext)?.details;
  const { id } = message;
  useEffect(() => {
    const element = button.current;
    if (!details || !element) return undefined;
    details.set(id, element);
    return () => {
      if (details.get(id) === element) details.delete(id);
    };
  }, [details, id]);

  function close(returns: boolean): void {
    setOpened(undefined);
    if (returns) opened?.focused?.focus({ preventScroll: true });
  }

  return (
    <>
      {useRenderPart('button', 'details-button', { open }, rest, {
        ref: button,
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
  /** The button that has opened the panel. */
  readonly anchor: HTMLElement;
  /** The element that had the focus when the panel was opened. */
  readonly focused: HTMLElement | null;
}

const usePanel: () => typeof MessageDetailsPanel | undefined = /* @__PURE__ */ lazyModule(
  async () => (await import('./MessageDetailsPanel.tsx')).MessageDetailsPanel,
);

/** The panel. Loaded when the first one is opened, since most users open none. */
function Panel(props: MessageDetailsPanelProps): ReactElement | null {
  const loaded = usePanel();
  return loaded ? createElement(loaded, props) : null;
}
