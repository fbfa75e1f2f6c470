'use client';

/** The menu of a conversation in the list. */

import type { InstantMessagingFlow } from '@imflow/react';
import { useFlowState } from '@imflow/react';
import { type FocusEvent, type KeyboardEvent, type ReactElement, useLayoutEffect, useRef } from 'react';
import { Button } from '../internal/Button.tsx';
import { consume } from '../internal/keys.ts';
import { activeElementOf, viewOf } from '../internal/realm.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';

/** The distance of the menu from the edges of the window, in px. */
const GAP = 8;

export interface ConversationMenuProps {
  readonly flow: InstantMessagingFlow;
  /** The element that the menu is placed beside: a row, or its button. */
  readonly anchor: HTMLElement;
  readonly pinned: boolean;
  readonly muted: boolean;
  readonly onPin: ((flow: InstantMessagingFlow) => void) | undefined;
  readonly onMute: ((flow: InstantMessagingFlow) => void) | undefined;
  /** `returns`: the focus goes back to the row. */
  readonly close: (returns: boolean) => void;
}

/**
 * The actions on a conversation of the list. Renders a `<div role="menu">` that has the focus while it is open.
 */
export function ConversationMenu(props: ConversationMenuProps): ReactElement {
  const { flow, anchor, pinned, muted, onPin, onMute, close } = props;
  const settings = useSettings();
  const words = settings.translations.conversationActions;
  const unread = useFlowState(({ unreadCount, markedUnread }) => markedUnread || unreadCount > 0, flow);
  const menu = useRef<HTMLDivElement>(null);
  const latestClose = useRef(close);

  useLayoutEffect(() => {
    latestClose.current = close;
  });
  useLayoutEffect(() => {
    const element = menu.current;
    return element ? open(element, anchor, (returns) => latestClose.current(returns)) : undefined;
  }, [anchor]);

  function run(action: () => void): void {
    close(true);
    action();
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const items = itemsOf(event.currentTarget);
    const here = items.indexOf(activeElementOf(event.currentTarget) as HTMLElement);
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: here - 1,
      ArrowDown: here + 1,
      Home: 0,
      End: items.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) items.at(to % items.length)?.focus();
    else if (event.key === 'Tab') close(true);
    else return;
    consume(event);
  }

  return (
    <div
      ref={menu}
      role="menu"
      tabIndex={-1}
      className="imflow-menu"
      dir={settings.textDir}
      popover="auto"
      aria-label={words.label(nameOf(settings, flow.remote))}
      onKeyDown={onKeyDown}
      onBlur={({ currentTarget, relatedTarget }: FocusEvent) => {
        if (relatedTarget && !currentTarget.contains(relatedTarget)) close(false);
      }}
    >
      <MenuItem onClick={() => run(() => (unread ? markRead(flow) : flow.markUnread()))}>
        {unread ? words.markRead : words.markUnread}
      </MenuItem>
      {onPin && <MenuItem onClick={() => run(() => onPin(flow))}>{pinned ? words.unpin : words.pin}</MenuItem>}
      {onMute && <MenuItem onClick={() => run(() => onMute(flow))}>{muted ? words.unmute : words.mute}</MenuItem>}
    </div>
  );
}

function MenuItem(props: { readonly onClick: () => void; readonly children: string }): ReactElement {
  return <Button name="menuitem" role="menuitem" tabIndex={-1} {...props} />;
}

function itemsOf(menu: Element): HTMLElement[] {
  return Array.from(menu.querySelectorAll<HTMLElement>('[role="menuitem"]'));
}

/** All messages count as displayed, as if the user had looked at them. */
function markRead(flow: InstantMessagingFlow): void {
  const last = flow.messages.order.at(-1);
  if (last !== undefined) flow.markDisplayed(last);
  flow.markUnread(false);
}

/**
 * Opens a menu below its anchor, or above it, and focuses its first item. Returns a function that stops the positioning.
 *
 * @param onClose the user has closed it. `returns`: by a key, so that the focus goes back.
 */
function open(menu: HTMLElement, anchor: HTMLElement, onClose: (returns: boolean) => void): () => void {
  const view = viewOf(anchor);

  function place(): void {
    if (!view) return;
    const at = anchor.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const below = at.bottom + height <= view.innerHeight - GAP ? at.bottom : at.top - height;
    const left = view.getComputedStyle(anchor).direction === 'rtl' ? at.left : at.right - width;
    menu.style.top = `${Math.max(GAP, below)}px`;
    menu.style.left = `${Math.max(GAP, Math.min(left, view.innerWidth - width - GAP))}px`;
  }

  // A native listener: React's events are dispatched after those of all ancestors, and a dialog of the host would close too.
  function onEscape(event: globalThis.KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    consume(event);
    onClose(true);
  }

  /** The browser has closed the menu, by a gesture or a click elsewhere. */
  function toggled(event: Event): void {
    if ((event as ToggleEvent).newState === 'closed') onClose(false);
  }

  const scrolled = (): void => onClose(false);
  // Older browsers have no top layer, and show the menu in the document flow. StrictMode runs effects twice.
  if (menu.showPopover && !menu.matches(':popover-open')) menu.showPopover();
  place();
  itemsOf(menu)[0]?.focus({ preventScroll: true });
  menu.addEventListener('keydown', onEscape);
  menu.addEventListener('toggle', toggled);
  view?.addEventListener('scroll', scrolled, true);
  view?.addEventListener('resize', scrolled);
  return () => {
    menu.removeEventListener('keydown', onEscape);
    menu.removeEventListener('toggle', toggled);
    view?.removeEventListener('scroll', scrolled, true);
    view?.removeEventListener('resize', scrolled);
  };
}
