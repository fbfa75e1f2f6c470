/** The touch gestures of a message: a long press shows its actions, a swipe replies to it. */

import type { MouseEvent, PointerEvent, TouchEvent } from 'react';
import { asElement, viewOf } from '../../internal/realm.ts';
import type { ActionSurface } from './actionSurface.ts';

/** How long a finger rests on a message until its actions show, in ms. Android and iOS: 400 to 500. */
const LONG_PRESS = 450;
/** How far a finger moves before it is no longer at rest, in px. */
const SLOP = 10;
/** How far a message is swiped for a reply, in px. */
const REPLY_DISTANCE = 56;
/** The largest distance that a message follows the finger, in px. */
const MAX_DISTANCE = 72;
/** Elements that use a moving finger themselves. */
const OWN_SWIPE = 'video, audio, button, input, textarea, select, [role="toolbar"], [role="dialog"], dialog';
/** Elements with a menu of the browser for a long press. */
const OWN_PRESS = 'a, img, summary';

/** The listeners for the element that holds the messages. */
export interface TouchGestures {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: (event: PointerEvent) => void;
  readonly onClickCapture: (event: MouseEvent) => void;
  readonly onContextMenuCapture: (event: MouseEvent) => void;
  readonly onTouchEnd: (event: TouchEvent) => void;
}

interface Touch {
  readonly pointerId: number;
  readonly message: HTMLElement;
  readonly x: number;
  readonly y: number;
  /** `rest`: neither a press nor a swipe yet. `over`: the gesture has ended. */
  phase: 'rest' | 'pressed' | 'swipe' | 'over';
  distance: number;
  readonly stop: () => void;
}

/**
 * Both have an equivalent in the toolbar, which its button and the keys of the message open (WCAG 2.2, 2.5.1 and 2.5.7).
 *
 * @param canReply whether a message can be replied to now.
 */
export function createTouchGestures(
  surface: ActionSurface,
  canReply: (id: string) => boolean,
  reply: (id: string) => void,
): TouchGestures {
  let touch: Touch | undefined;
  /** Whether to ignore the next click: it follows a long press, and would press an element that has appeared under the finger. */
  let hasPressed = false;

  function end(): void {
    if (!touch) return;
    touch.stop();
    touch.message.style.removeProperty('translate');
    delete touch.message.dataset['swiped'];
    touch = undefined;
  }

  function press(pressed: Touch): void {
    if (pressed.phase !== 'rest') return;
    pressed.phase = 'pressed';
    hasPressed = true;
    const { message } = pressed;
    surface.show({ id: message.dataset['message'] ?? '', element: message, kind: 'actions', focus: true });
  }

  return {
    onPointerDown({ target, pointerType, pointerId, isPrimary, clientX: x, clientY: y }) {
      surface.prepare();
      end();
      hasPressed = false;
      const element = asElement(target);
      const message = element?.closest<HTMLElement>('[data-message]');
      const view = message && viewOf(message);
      if (!view || pointerType !== 'touch' || !isPrimary || !surface.isAttached()) return;
      if (element?.closest(OWN_SWIPE) || view.getSelection()?.isCollapsed === false) return;
      // A long press on a text would select a word of it.
      message.addEventListener('selectstart', prevent);
      const hasMenu = element?.closest(OWN_PRESS);
      const timer = hasMenu ? undefined : view.setTimeout(() => press(started), LONG_PRESS);
      const started: Touch = {
        pointerId,
        message,
        x,
        y,
        phase: 'rest',
        distance: 0,
        stop() {
          view.clearTimeout(timer);
          message.removeEventListener('selectstart', prevent);
        },
      };
      touch = started;
    },
    onPointerMove({ pointerId, clientX, clientY }) {
      if (touch?.pointerId !== pointerId) return;
      const { message } = touch;
      const isRtl = viewOf(message)?.getComputedStyle(message).direction === 'rtl';
      const along = (clientX - touch.x) * (isRtl ? -1 : 1);
      const across = Math.abs(clientY - touch.y);
      if (touch.phase === 'rest' && Math.hypot(along, across) > SLOP) {
        touch.stop();
        const swipes = along > across * 2 && canReply(message.dataset['message'] ?? '');
        touch.phase = swipes ? 'swipe' : 'over';
      }
      if (touch.phase !== 'swipe') return;
      touch.distance = Math.min(Math.max(along, 0), MAX_DISTANCE);
      message.style.translate = `${touch.distance * (isRtl ? -1 : 1)}px`;
      message.dataset['swiped'] = touch.distance >= REPLY_DISTANCE ? 'far' : 'near';
    },
    onPointerUp({ pointerId }) {
      if (touch?.pointerId !== pointerId) return;
      const { phase, distance, message } = touch;
      end();
      if (phase === 'swipe' && distance >= REPLY_DISTANCE) reply(message.dataset['message'] ?? '');
    },
    // The browser scrolls, or a second finger touches the screen.
    onPointerCancel({ pointerId }) {
      if (touch?.pointerId === pointerId) end();
    },
    onClickCapture(event) {
      if (!hasPressed) return;
      hasPressed = false;
      event.preventDefault();
      event.stopPropagation();
    },
    onContextMenuCapture(event) {
      if (touch?.phase === 'rest' && asElement(event.target)?.closest(OWN_PRESS)) return end();
      if (touch?.phase === 'rest') {
        // The browser has recognised a long press already.
        touch.stop();
        press(touch);
      }
      if (touch?.phase === 'pressed' || hasPressed) event.preventDefault();
    },
    onTouchEnd(event) {
      // Prevents the emulated mouse events, which would click on the element that appeared under the finger, and move the focus.
      if (hasPressed && event.cancelable) event.preventDefault();
    },
  };
}

function prevent(event: Event): void {
  event.preventDefault();
}
