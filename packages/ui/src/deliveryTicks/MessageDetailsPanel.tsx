'use client';

/** The panel with the details of a message: its stages, times and failures. */

import { type MessageRecord, type MessageRevision, revisionsOf, useFlow } from '@imflow/react';
import {
  type FocusEvent,
  Fragment,
  type MouseEvent,
  type ReactElement,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import { createFocusReturn } from '../internal/focusPlaces.ts';
import { listenForEscape } from '../internal/keys.ts';
import { viewOf } from '../internal/realm.ts';
import { zoomOf } from '../internal/scale.ts';
import { Button } from '../internal/Button.tsx';
import { sliceText } from '../messageBody/excerpt.ts';
import { textOf } from '../messageBody/plainText.ts';
import { dayName, dayOf, exactTime, fullDate, fullTime, isoTime } from '../messageList/dates.ts';
import { discardFrom } from '../messageList/discardFrom.ts';
import { MessageListContext } from '../messageList/MessageListContext.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import { type StageEntry, stagesOf } from './stages.ts';
import { failureReason } from './failureReason.ts';

/** The distance of the panel from the button and from the edges of the window, in px. */
const GAP = 8;
/** The shown length of an earlier text, in UTF-16 units. */
const MAX_LENGTH = 200;

export interface MessageDetailsPanelProps {
  readonly message: MessageRecord;
  readonly waiting: boolean;
  /** The element that the panel is placed beside: the button, which closes the panel itself, or the message. */
  readonly anchor: HTMLElement;
  /** `returns`: the focus returns to the element that had it before. */
  readonly close: (returns: boolean) => void;
}

/**
 * The stages of a message, and of each revision of an edited one. Renders a `<div role="dialog">` that has the focus.
 */
export function MessageDetailsPanel({ message, waiting, anchor, close }: MessageDetailsPanelProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const { translations, locale } = settings;
  const panel = useRef<HTMLDivElement>(null);
  const latestClose = useRef(close);
  const { id, status } = message;
  const own = message.direction === 'outgoing';
  const revisions = revisionsOf(message);
  const reason = failureReason(message, translations, nameOf(settings, flow.remote));

  useLayoutEffect(() => {
    latestClose.current = close;
  });

  useLayoutEffect(() => {
    const element = panel.current;
    return element ? openBeside(element, anchor, (returns) => latestClose.current(returns)) : undefined;
  }, [anchor]);

  // The button disappears when the message is sent. The focus stays in the panel.
  const leaving = useMemo(() => createFocusReturn((button) => button.parentElement), []);

  function cancel({ nativeEvent }: MouseEvent): void {
    const touched = (nativeEvent as PointerEvent).pointerType === 'touch';
    // If the message has just been sent, it cannot be discarded, and the panel shows that.
    discardFrom(flow, id, anchor, touched);
  }

  return (
    // Not a `<dialog>`: pages hide one without `open`, which a popover does not have.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it has the focus while it is open
    <div
      ref={panel}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see above
      role="dialog"
      className="imflow-details"
      // A separate direction, since that of the message around the panel may be different.
      dir={settings.textDir}
      popover="auto"
      aria-label={translations.facts}
      tabIndex={-1}
      onBlur={({ currentTarget, relatedTarget }: FocusEvent) => {
        const leaves = relatedTarget && !currentTarget.contains(relatedTarget) && !anchor.contains(relatedTarget);
        if (leaves) close(false);
      }}
    >
      {revisions.map((revision, index) => (
        <Fragment key={revision.id}>
          {revisions.length > 1 && (
            <div className="imflow-revision">
              <span className="imflow-label">{translations.revision(numberText(index + 1, locale))}</span>{' '}
              <span className="imflow-revision-text" dir="auto">
                {sliceText(textOf({ ...message, ...revision }, settings) ?? '', MAX_LENGTH)}
              </span>
            </div>
          )}
          <Stages entries={own ? stagesOf(revision, waiting) : receivedStages(message, revision)} />
        </Fragment>
      ))}
      {reason && <p className="imflow-reason">{reason}</p>}
      {own && status === 'queued' && !message.retracted && (
        <Button buttonRef={leaving} onClick={cancel}>
          {translations.cancel}
        </Button>
      )}
    </div>
  );
}

/** When a text was sent, by its sender's clock, and when it arrived. The time of sending is that of the first text. */
function receivedStages({ sentAt }: MessageRecord, { sequence, timestamps, at }: MessageRevision): StageEntry[] {
  const sent: StageEntry[] = sentAt !== undefined && sequence === 0 ? [{ stage: 'sent', at: sentAt }] : [];
  return [...sent, { stage: 'delivered', at: timestamps.delivered ?? at }];
}

function Stages({ entries }: { readonly entries: readonly StageEntry[] }): ReactElement {
  const { translations, locale } = useSettings();
  const today = useContext(MessageListContext)?.today;
  return (
    <>
      {byDay(entries).map(({ day, stages }) => (
        <Fragment key={stages[0]?.stage}>
          {isoTime(day) !== undefined && (
            <div className="imflow-stages-day">
              {today !== undefined && (today - day) / DAY < 1.5
                ? dayName(day, today, translations, locale)
                : fullDate(day, locale)}
            </div>
          )}
          <dl className="imflow-stages">
            {stages.map(({ stage, at, pending }) => (
              <div key={stage} className="imflow-stage" data-status={stage}>
                <dt className="imflow-label">{stage === 'queued' ? translations.queued : translations.ticks[stage]}</dt>
                {!pending && (
                  <dd className="imflow-when">
                    {at === undefined ? (
                      translations.unknownTime
                    ) : (
                      <time className="imflow-time" dateTime={isoTime(at)} title={fullTime(at, locale)}>
                        {exactTime(at, locale)}
                      </time>
                    )}
                  </dd>
                )}
              </div>
            ))}
          </dl>
        </Fragment>
      ))}
    </>
  );
}

const DAY = 86_400_000;

/** Groups stages by day, so that each day is named once. A stage without a time belongs to the group before it. */
function byDay(entries: readonly StageEntry[]): { readonly day: number; readonly stages: StageEntry[] }[] {
  const days: { day: number; stages: StageEntry[] }[] = [];
  for (const entry of entries) {
    const day = entry.at === undefined ? NaN : dayOf(entry.at);
    const last = days.at(-1);
    if (last && (Number.isNaN(day) || Number.isNaN(last.day) || day === last.day)) {
      last.stages.push(entry);
      if (Number.isNaN(last.day)) last.day = day;
    } else days.push({ day, stages: [entry] });
  }
  return days;
}

/**
 * Opens a panel above or below the message of its anchor, or if neither has room, above or below the anchor. Focuses the
 * panel, and keeps it in place during scrolling. Returns a function that stops the positioning.
 *
 * @param onClose the user has closed it. `returns`: by a key, so that the focus goes back.
 */
function openBeside(element: HTMLElement, anchor: HTMLElement, onClose: (returns: boolean) => void): () => void {
  const view = viewOf(anchor);

  function place(): void {
    if (!view) return;
    const at = anchor.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    // The message stays in view.
    const message = anchor.closest('article');
    const around = message?.getBoundingClientRect() ?? at;
    const places = [around.top - height - GAP, around.bottom + GAP, at.top - height - GAP, at.bottom + GAP];
    const top = places.find((each) => each >= GAP && each + height <= view.innerHeight - GAP) ?? at.bottom + GAP;
    // A page may be zoomed by its own style.
    const zoom = zoomOf(element);
    element.style.top = `${top / zoom}px`;
    // Own messages stand at the end of their line, so the panel extends towards its start; for received ones, towards its end.
    const { direction } = view.getComputedStyle(message ?? anchor);
    const isAtLeft = (direction === 'rtl') === (message?.dataset['direction'] !== 'incoming');
    const left = isAtLeft ? around.left : at.right - width;
    element.style.left = `${Math.max(GAP, Math.min(left, view.innerWidth - width - GAP)) / zoom}px`;
  }

  /** The browser has closed the panel, by a gesture or a click elsewhere. */
  function toggled(event: Event): void {
    if ((event as ToggleEvent).newState === 'closed') onClose(false);
  }

  // Older browsers have no top layer, and show the panel in the document flow. StrictMode runs effects twice.
  if (element.showPopover && !element.matches(':popover-open')) element.showPopover();
  place();
  element.focus({ preventScroll: true });
  const stopKeys = listenForEscape(element, () => {
    onClose(true);
    return true;
  });
  element.addEventListener('toggle', toggled);
  view?.addEventListener('scroll', place, true);
  view?.addEventListener('resize', place);
  return () => {
    stopKeys();
    element.removeEventListener('toggle', toggled);
    view?.removeEventListener('scroll', place, true);
    view?.removeEventListener('resize', place);
  };
}
