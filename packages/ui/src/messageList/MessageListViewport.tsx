'use client';

/** The scroll container of the message list. */

import { type InstantMessagingFlow, useFlow, useFlowState } from '@imflow/react';
import { type KeyboardEvent, type ReactElement, type RefCallback, useMemo } from 'react';
import { composerOf } from '../internal/composers.ts';
import { focusPlace, registerFocusPlace } from '../internal/focusPlaces.ts';
import { consume, listenForEscape } from '../internal/keys.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { createSurfaceEvents } from './actions/surfaceEvents.ts';
import { createTouchGestures, type TouchGestures } from './actions/touchGestures.ts';
import { canReply } from './actions/canReply.ts';
import { type MessageListParts, useMessageList } from './MessageListContext.ts';
import type { Scroller } from './scroll/scroller.types.ts';

/** The state of the part: `data-*` attributes, and the argument of `className` and `render`. */
export interface MessageListViewportState {
  readonly empty: boolean;
  /** Older messages are on their way. */
  readonly loading: boolean;
}

/** The attributes of a `<div>`, `className` by state, and `render`. It has to stay the element that scrolls. */
export type MessageListViewportProps = PartProps<'div', MessageListViewportState>;

/**
 * The part that scrolls. It loads older messages when its start comes near. The arrow keys, Home and End move from message
 * to message, Enter or Space opens the details of one, and Escape moves to the composer. Renders a `<div>` with the role
 * `log`.
 */
export function MessageListViewport(props: MessageListViewportProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const list = useMessageList();
  const { scroller, details, surface } = list;
  const { showByKey, ...events } = useMemo(() => createSurfaceEvents(surface), [surface]);
  const gestures = useMemo(() => createViewportGestures(flow, list), [flow, list]);
  const empty = useFlowState(({ messageCount }) => messageCount === 0);
  const loading = useFlowState(({ history }) => history.loading);

  const hasOwnKeys = props.onKeyDown !== undefined;
  const ref = useMemo(() => createViewportRef(flow, scroller, !hasOwnKeys), [flow, scroller, hasOwnKeys]);

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const { key, target, currentTarget } = event;
    if (key === 'Escape') {
      // Without a composer, the key is the host's.
      if (focusComposer(flow, currentTarget)) consume(event);
      return;
    }
    const message = (target as Element).closest<HTMLElement>('[data-message]');
    // Controls inside a message keep their keys.
    if (target !== currentTarget && target !== message) return;
    if (message && showByKey(event, message)) return;
    if (message && startsText(event)) {
      // The browser inserts the typed text into the element that has the focus after this handler.
      const composer = focusPlace('composer', flow, currentTarget);
      if (composer && !(composer as HTMLTextAreaElement).readOnly) composer.focus();
      return;
    }
    if (message && (key === 'Enter' || key === ' ')) {
      event.preventDefault();
      const id = message.dataset['message'] ?? '';
      const button = details.get(id);
      if (button) button.click();
      // A received message that was retracted has no details.
      else if (!flow.messages.get(id)?.retracted) surface.show({ id, element: message, kind: 'details', focus: true });
      return;
    }
    const { order } = flow.messages;
    const last = order.length - 1;
    const here = message ? order.indexOf(message.dataset['message'] ?? '') : last + 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: here - 1,
      ArrowDown: here + 1,
      Home: 0,
      End: last,
      // On a message, the key moves the focus; on the list itself, it scrolls.
      ...(message && pageSteps(currentTarget, here)),
    };
    // A step beyond an end stops at the end; from the first message, one step up does nothing.
    const wanted = steps[key] ?? -1;
    const next = Math.min(key === 'PageUp' ? Math.max(wanted, 0) : wanted, last);
    const id = order.at(next);
    if (!(key in steps) || next < 0 || id === undefined) return;
    event.preventDefault();
    scroller.focusRow(id);
  }

  return useRenderPart('div', 'viewport', { empty, loading }, props, {
    ref,
    role: 'log',
    'aria-label': settings.translations.conversation(nameOf(settings, flow.remote)),
    'aria-live': 'off',
    'aria-busy': loading || undefined,
    tabIndex: 0,
    onKeyDown,
    ...events,
    ...gestures,
  });
}

function createViewportGestures(
  flow: InstantMessagingFlow,
  { surface, scroller }: Pick<MessageListParts, 'surface' | 'scroller'>,
): TouchGestures {
  const composer = () => composerOf(flow, scroller.viewport());
  return createTouchGestures(
    surface,
    (id) => composer() !== undefined && canReply(flow, flow.messages.get(id)),
    (id) => composer()?.reply(id),
  );
}

/** Whether a key begins a text: a letter, a digit, a sign. A blank opens the details of a message. */
function startsText({ key, ctrlKey, metaKey, altKey, nativeEvent }: KeyboardEvent): boolean {
  // The first key of a composition has the code 229 and a name, such as "Process", as its `key`.
  const isComposed = nativeEvent.keyCode === 229;
  return !ctrlKey && !metaKey && !altKey && (isComposed || (/^.$/u.test(key) && key !== ' '));
}

/** The target of PageUp and PageDown from a message: about one view further. */
function pageSteps(viewport: Element, here: number): Readonly<Record<'PageUp' | 'PageDown', number>> {
  const { top, bottom } = viewport.getBoundingClientRect();
  const inView = Array.from(viewport.querySelectorAll('[data-message]')).filter((each) => {
    const box = each.getBoundingClientRect();
    return box.bottom > top && box.top < bottom;
  });
  const step = Math.max(1, inView.length - 1);
  return { PageUp: here - step, PageDown: here + step };
}

/** A ref for the element that scrolls. It may receive the focus when the focused element is removed. */
function createViewportRef(
  flow: InstantMessagingFlow,
  scroller: Scroller,
  hearsEscape: boolean,
): RefCallback<HTMLElement> {
  let unregister: (() => void) | undefined;
  let stopKeys: (() => void) | undefined;
  return (element) => {
    unregister?.();
    stopKeys?.();
    unregister = element ? registerFocusPlace('list', flow, element) : undefined;
    // Controls inside a message handle the key first, possibly by React's handlers.
    stopKeys =
      element && hearsEscape
        ? listenForEscape(
            element,
            ({ target }) =>
              (target === element || (target as Element).matches('[data-message]')) && focusComposer(flow, element),
          )
        : undefined;
    scroller.attachViewport(element);
  };
}

/** Moves the focus from the list to the composer. Returns whether there is one. */
function focusComposer(flow: InstantMessagingFlow, viewport: Element): boolean {
  const composer = focusPlace('composer', flow, viewport);
  composer?.focus();
  return composer !== undefined;
}
