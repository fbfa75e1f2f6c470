/** The event listeners that show and hide the actions of a message. */

import type { FocusEvent, KeyboardEvent, MouseEvent, PointerEvent } from 'react';
import { consume } from '../../internal/keys.ts';
import { asElement, hasFocusIn } from '../../internal/realm.ts';
import type { ActionSurface } from './actionSurface.ts';

/** The listeners that show and hide the actions of a message, for the element that contains the messages. */
interface SurfaceEvents {
  readonly onPointerOver: (event: PointerEvent) => void;
  readonly onPointerLeave: (event: PointerEvent) => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
  readonly onContextMenu: (event: MouseEvent) => void;
  readonly onKeyUp: () => void;
  /** Shows the actions of a message by ContextMenu or Shift+F10. Returns whether it was such a key. */
  readonly showByKey: (event: KeyboardEvent<HTMLElement>, message: HTMLElement) => boolean;
}

/** Uses one listener for each event and all messages, so that rows need neither listeners nor re-renders. */
export function createSurfaceEvents(surface: ActionSurface): SurfaceEvents {
  let isOpenedByKey = false;

  /** Whether the surface stays, whatever the pointer does: it is used by keyboard, or it is a question. */
  const isHeld = (): boolean => {
    const shown = surface.get();
    return shown !== undefined && (shown.kind !== 'actions' || (shown.focus && hasFocusIn(shown.element)));
  };

  return {
    onPointerOver({ target, pointerType }) {
      const element = messageOf(target);
      if (!element || pointerType === 'touch' || isHeld() || surface.get()?.element === element) return;
      surface.show({ id: element.dataset['message'] ?? '', element, kind: 'actions', focus: false });
    },
    onPointerLeave() {
      if (!isHeld()) surface.hide();
    },
    onFocus({ target }) {
      surface.prepare();
      const element = messageOf(target);
      // Only for the keyboard: a click or a touch on a text does not ask for actions.
      if (element === target && element?.matches(':focus-visible') && surface.get()?.element !== element)
        surface.show({ id: element.dataset['message'] ?? '', element, kind: 'actions', focus: false });
    },
    onBlur({ relatedTarget, target }) {
      const shown = surface.get();
      const stays = relatedTarget && shown?.element.contains(relatedTarget);
      // The dialog about the message is not inside the message.
      const isDialog = shown?.kind === 'question' || shown?.kind === 'details';
      if (!isDialog && shown?.element.contains(target) && !stays && relatedTarget) surface.hide();
    },
    onContextMenu(event) {
      // The key has shown the toolbar already; the `contextmenu` event of the key follows it.
      if (isOpenedByKey) event.preventDefault();
    },
    onKeyUp() {
      setTimeout(() => {
        isOpenedByKey = false;
      });
    },
    showByKey(event, message) {
      const { key, shiftKey } = event;
      if (key !== 'ContextMenu' && !(key === 'F10' && shiftKey)) return false;
      // On a selection, the browser shows its own menu.
      if (!surface.isAttached() || message.ownerDocument.getSelection()?.isCollapsed === false) return false;
      consume(event);
      isOpenedByKey = true;
      surface.show({ id: message.dataset['message'] ?? '', element: message, kind: 'actions', focus: true });
      return true;
    },
  };
}

/** The message element that contains an element. */
export function messageOf(target: EventTarget | null): HTMLElement | undefined {
  return asElement(target)?.closest<HTMLElement>('[data-message]') ?? undefined;
}
