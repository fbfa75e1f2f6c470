'use client';

import { type MessageRecord, useFlow } from '@imflow/react';
import { type FocusEvent, type KeyboardEvent, type ReactElement, useLayoutEffect, useRef } from 'react';
import { Button } from '../internal/Button.tsx';
import { leaveMessage } from '../internal/composerFocus.ts';
import { fullTime, isoTime } from '../messageList/dates.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { type StageEntry, stagesOf } from './stages.ts';
import { failureReason } from './failureReason.ts';

/** How far the panel stays from the button and from the edges of the window, in px. */
const GAP = 8;

export interface MessageDetailsPanelProps {
  readonly message: MessageRecord;
  readonly waiting: boolean;
  /** The button that it stands beside, which closes it by itself. */
  readonly anchor: HTMLElement;
  /** `returns`: the focus goes back to where it was. */
  readonly close: (returns: boolean) => void;
}

/** What became of an own message, stage by stage. Renders a `<div role="dialog">` that has the focus. */
export function MessageDetailsPanel({ message, waiting, anchor, close }: MessageDetailsPanelProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const { translations, locale } = settings;
  const panel = useRef<HTMLDivElement>(null);
  const latestClose = useRef(close);
  const { id, status } = message;
  const reason = failureReason(message, translations, nameOf(settings, flow.remote));

  useLayoutEffect(() => {
    latestClose.current = close;
  });

  useLayoutEffect(() => {
    const element = panel.current;
    return element ? openBeside(element, anchor, () => latestClose.current(false)) : undefined;
  }, [anchor]);

  function cancel(): void {
    try {
      flow.discardMessage(id);
    } catch {
      // It left in this moment, and the panel says so.
      return;
    }
    leaveMessage(flow, anchor);
  }

  return (
    // Not a `<dialog>`: pages hide one without `open`, which a popover does not have.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it has the focus while it is open
    <div
      ref={panel}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see above
      role="dialog"
      className="imflow-details"
      // Its own, since the message around it may run the other way.
      dir={settings.textDir}
      popover="auto"
      aria-label={translations.facts}
      tabIndex={-1}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close(true);
      }}
      onBlur={({ currentTarget, relatedTarget }: FocusEvent) => {
        const leaves = relatedTarget && !currentTarget.contains(relatedTarget) && !anchor.contains(relatedTarget);
        if (leaves) close(false);
      }}
    >
      <dl className="imflow-stages">
        {stagesOf(message, waiting).map(({ stage, at, pending }: StageEntry) => (
          <div key={stage} className="imflow-stage" data-status={stage}>
            <dt className="imflow-label">{stage === 'queued' ? translations.queued : translations.ticks[stage]}</dt>
            {!pending && (
              <dd className="imflow-when">
                {at === undefined ? (
                  translations.unknownTime
                ) : (
                  <time className="imflow-time" dateTime={isoTime(at)}>
                    {fullTime(at, locale)}
                  </time>
                )}
              </dd>
            )}
          </div>
        ))}
      </dl>
      {reason && <p className="imflow-reason">{reason}</p>}
      {status === 'queued' && <Button onClick={cancel}>{translations.cancel}</Button>}
    </div>
  );
}

/**
 * Opens a panel above the bubble that its anchor is in, or below it, or where neither has room, above the anchor or below;
 * gives it the focus, and keeps it there while things scroll. Returns a function that lets go of it.
 */
function openBeside(element: HTMLElement, anchor: HTMLElement, onClose: () => void): () => void {
  function place(): void {
    const at = anchor.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    // What it is about stays in view.
    const bubble = anchor.closest('.imflow-bubble')?.getBoundingClientRect() ?? at;
    const places = [bubble.top - height - GAP, bubble.bottom + GAP, at.top - height - GAP, at.bottom + GAP];
    element.style.top = `${places.find((top) => top >= GAP && top + height <= innerHeight - GAP) ?? at.bottom + GAP}px`;
    // Own messages stand at the end of their line, so the panel goes on towards its start.
    const left =
      getComputedStyle(anchor.closest('article') ?? anchor).direction === 'rtl' ? bubble.left : at.right - width;
    element.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  }

  /** What the browser itself closes: by Escape, or a click elsewhere. */
  function toggled(event: Event): void {
    if ((event as ToggleEvent).newState === 'closed') onClose();
  }

  // Older browsers have no top layer, and show it in its place. Effects may run twice.
  if (element.showPopover && !element.matches(':popover-open')) element.showPopover();
  place();
  element.focus({ preventScroll: true });
  element.addEventListener('toggle', toggled);
  addEventListener('scroll', place, true);
  addEventListener('resize', place);
  return () => {
    element.removeEventListener('toggle', toggled);
    removeEventListener('scroll', place, true);
    removeEventListener('resize', place);
  };
}
