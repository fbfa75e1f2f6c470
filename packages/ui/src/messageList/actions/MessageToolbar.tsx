'use client';

/** The toolbar of one message, and its overflow menu. */

import { type MessageRecord, useFlow, useMessage } from '@imflow/react';
import {
  createElement,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { createPortal } from 'react-dom';
import { MessageDetailsPanel } from '../../deliveryTicks/MessageDetailsPanel.tsx';
import { Button } from '../../internal/Button.tsx';
import { consume, listenForEscape } from '../../internal/keys.ts';
import { type PartProps, useRenderPart } from '../../internal/part.ts';
import { viewOf } from '../../internal/realm.ts';
import { scaleOf } from '../../internal/scale.ts';
import { useSettings } from '../../settings/ChatSettings.tsx';
import { useMessageList } from '../MessageListContext.ts';
import { hasReaction, toggleReaction } from '../reactions.ts';
import { tryOperation } from '../tryOperation.ts';
import type { ShownActions } from './actionSurface.ts';
import { DeleteQuestion } from './DeleteQuestion.tsx';
import { type MessageActionName, QUICK_EMOJIS } from './messageAction.ts';
import { messageOf } from './surfaceEvents.ts';
import { useMessageActions } from './useMessageActions.tsx';

/** The overlap of the toolbar and its message, in px. */
const OVERLAP = 8;

/** Actions that show a different surface in place of the toolbar. */
const GOES_ON: readonly string[] = ['react', 'delete', 'details'] satisfies readonly MessageActionName[];

export interface MessageToolbarProps extends PartProps<'div'> {
  readonly shown: ShownActions;
}

/** The actions of the message that has the pointer or the focus, in the element of that message. */
export function MessageToolbar({ shown, ...rest }: MessageToolbarProps): ReactElement | null {
  const message = useMessage(shown.id);
  const { surface } = useMessageList();
  if (!message) return null;
  if (shown.kind === 'details')
    return (
      <MessageDetailsPanel
        message={message}
        waiting={false}
        anchor={shown.element}
        close={(returns) => {
          if (surface.get() === shown) surface.hide();
          if (returns) shown.element.focus({ preventScroll: true });
        }}
      />
    );
  if (shown.kind === 'question') return <DeleteQuestion shown={shown} />;
  return createPortal(<Toolbar key={shown.kind} shown={shown} message={message} {...rest} />, shown.element);
}

function Toolbar({
  shown,
  message,
  ...rest
}: MessageToolbarProps & { readonly message: MessageRecord }): ReactElement | null {
  const { surface, scroller } = useMessageList();
  const { translations, textDir } = useSettings();
  const actions = useMessageActions(shown.id);
  const bar = useRef<HTMLDivElement>(null);
  // The only stop of the Tab key in the toolbar.
  const [stop, setStop] = useState(0);
  const isEmpty = shown.kind === 'actions' && actions.length === 0;

  useLayoutEffect(() => {
    const element = bar.current;
    const viewport = scroller.viewport();
    return element && viewport ? keepInView(element, shown.element, viewport) : undefined;
  }, [shown.element, scroller]);

  useLayoutEffect(() => {
    if (shown.focus) bar.current?.querySelector('button')?.focus({ preventScroll: true });
  }, [shown]);

  useLayoutEffect(() => {
    const element = bar.current;
    return element
      ? listenForEscape(element, ({ target }) => {
          // A picker of the application has its own keys, and lets the others bubble.
          if (!(target as Element).closest('.imflow-action')) return false;
          leave();
          return true;
        })
      : undefined;
  });

  function leave(): void {
    if (shown.kind === 'emojis') surface.change('actions');
    else shown.element.focus({ preventScroll: true });
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const { key, currentTarget } = event;
    if (key === 'Escape') {
      consume(event);
      return leave();
    }
    const buttons = Array.from(currentTarget.querySelectorAll<HTMLElement>('button'));
    const here = buttons.findIndex((each) => each === event.target);
    const forward = viewOf(currentTarget)?.getComputedStyle(currentTarget).direction === 'rtl' ? -1 : 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: here + forward,
      ArrowLeft: here - forward,
      Home: 0,
      End: buttons.length - 1,
    };
    const next = steps[key];
    // A picker of the application has its own keys.
    if (next === undefined || here < 0) return;
    consume(event);
    const to = (next + buttons.length) % buttons.length;
    setStop(to);
    buttons[to]?.focus({ preventScroll: true });
  }

  const toolbar = useRenderPart('div', 'actions', {}, rest, {
    ref: bar,
    role: 'toolbar',
    'aria-label': translations.actions.label,
    dir: textDir,
    onKeyDown,
    onFocus: ({ target }: FocusEvent) => scroller.focusIn(messageOf(target)?.dataset['message']),
    onBlur: ({ relatedTarget }: FocusEvent) => scroller.focusIn(messageOf(relatedTarget)?.dataset['message']),
    children:
      shown.kind === 'emojis' ? (
        <Emojis message={message} />
      ) : (
        actions.map(({ id, label, icon, run }, index) => (
          <Button
            key={id}
            name="action"
            data-action={id}
            aria-label={icon === undefined ? undefined : label}
            title={label}
            tabIndex={index === Math.min(stop, actions.length - 1) ? 0 : -1}
            onClick={() => {
              // The focus returns to the message, from which the next surface takes it.
              if (id !== 'react') shown.element.focus({ preventScroll: true });
              if (!GOES_ON.includes(id)) surface.hide();
              run();
              if (surface.get()?.kind === 'actions') surface.hide();
            }}
          >
            {icon ?? label}
          </Button>
        ))
      ),
  });
  return isEmpty ? null : toolbar;
}

/** Emojis to react with at once, and the application's picker for all others. */
function Emojis({ message }: { readonly message: MessageRecord }): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const { surface } = useMessageList();
  const { translations, emojis = QUICK_EMOJIS, emojiPicker } = settings;

  function pick(emoji: string): void {
    const shown = surface.get();
    if (!shown) return;
    surface.hide();
    shown.element.focus({ preventScroll: true });
    tryOperation({ flow, settings }, shown.element, () => toggleReaction(flow, message, emoji));
  }

  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- style sheets of pages name `fieldset`
    <div role="group" className="imflow-emojis" aria-label={translations.actions.react}>
      {emojis.map((emoji, index) => (
        <Button
          key={emoji}
          name="action"
          aria-label={emoji}
          aria-pressed={hasReaction(message, flow.localAddress, emoji)}
          tabIndex={index === 0 ? 0 : -1}
          onClick={() => pick(emoji)}
        >
          {emoji}
        </Button>
      ))}
      {emojiPicker && createElement(emojiPicker, { onPick: pick })}
      <Button
        name="action"
        aria-label={translations.actions.back}
        title={translations.actions.back}
        tabIndex={-1}
        onClick={(event: MouseEvent) => {
          event.stopPropagation();
          surface.change('actions');
        }}
      >
        <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
          <path d="M5 5l10 10M15 5L5 15" />
        </svg>
      </Button>
    </div>
  );
}

/**
 * Keeps a toolbar on the upper edge of its message, or in view if the edge is not. Returns a function that stops this.
 */
function keepInView(toolbar: HTMLElement, message: HTMLElement, viewport: HTMLElement): () => void {
  const place = (): void => {
    // All lengths are layout px, as in styles.
    const scale = scaleOf(viewport);
    const around = viewport.getBoundingClientRect();
    const box = message.getBoundingClientRect();
    const [height, fromStart, toEnd] = [
      box.height / scale,
      (around.top - box.top) / scale,
      (around.bottom - box.top) / scale,
    ];
    const own = toolbar.offsetHeight;
    const above = OVERLAP - own;
    const inView = fromStart + 4;
    // Below the edge of its message, the toolbar covers only text that is read later.
    const fits = above >= inView ? above : Math.max(inView, Math.min(height - OVERLAP, toEnd - own - 4));
    toolbar.style.insetBlockStart = `${height > around.height / scale / 2 ? Math.max(above, inView) : fits}px`;
  };
  place();
  viewport.addEventListener('scroll', place, { passive: true });
  return () => viewport.removeEventListener('scroll', place);
}
