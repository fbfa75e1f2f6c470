'use client';

/** One row of the list of conversations. */

import {
  type InstantMessagingFlow,
  type MessageRecord,
  truncateText,
  useFlowState,
  useLastMessage,
} from '@imflow/react';
import {
  type MemoExoticComponent,
  memo,
  type MouseEvent,
  type ReactElement,
  type RefObject,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';
import { type DraftStorage, readDraft, watchDraft } from '../composer/drafts.ts';
import { DeliveryTicks } from '../deliveryTicks/DeliveryTicks.tsx';
import { isPending, isUnconfirmed } from '../deliveryTicks/tickState.ts';
import { Avatar } from '../avatar/Avatar.tsx';
import { isEmptyConversation } from '../internal/isEmptyConversation.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { viewOf } from '../internal/realm.ts';
import { shownUnread, unreadText } from '../internal/unreadText.ts';
import { kindOf } from '../messageBody/contentType.ts';
import { textOf } from '../messageBody/plainText.ts';
import { dayName, dayOf, fullTime, isoTime, shortTime, timeOf } from '../messageList/dates.ts';
import { nameOf, type Settings, useSettings } from '../settings/ChatSettings.tsx';
import { sanitiseLabel } from '../settings/sanitiseLabel.ts';
import { numberText } from '../settings/language.ts';
import { useVisibleTypists } from '../typingIndicator/useVisibleTypists.ts';

/** The length of the message preview, in UTF-16 units: more than fits into any row. */
const MAX_PREVIEW_LENGTH = 400;

const PIN = 'M9 3h6l-1 7 3 3v2H7v-2l3-3zM12 15v6';
const EXCLAMATION = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v6M12 16v1';
const BELL_OFF = 'M6.5 16V11c0-.8.2-1.6.5-2.3M9.3 6.2A5.5 5.5 0 0 1 17.5 11v2M5 16h11M10 20h4M4 4l16 16';

/** The state of a row: `data-*` attributes, and the argument of `className` and `render`. */
export interface ConversationState {
  /** The conversation is the open one. */
  readonly selected: boolean;
  /** The conversation has unread messages. */
  readonly unread: boolean;
  /** A participant is typing. */
  readonly typing: boolean;
  /** The conversation is pinned above the others. */
  readonly pinned: boolean;
  /** The conversation is muted: its messages are not announced, and its count is subdued. */
  readonly muted: boolean;
  /** The row shows a draft. */
  readonly draft: boolean;
}

/** The row data from the list, and the attributes of a `<div>`. */
export interface ConversationListItemProps extends PartProps<'div', ConversationState> {
  /** The conversation of the row. */
  readonly flow: InstantMessagingFlow;
  /** Whether the conversation is the open one. */
  readonly selected: boolean;
  /** Whether the row is the one that the Tab key stops at. */
  readonly tabStop: boolean;
  /** The last midnight, in ms since the epoch, which determines the format of times. */
  readonly today: number;
  /** Whether the conversation is pinned above the others. Default false. */
  readonly pinned?: boolean | undefined;
  /** Whether the conversation is muted: its messages are not announced, and its count is subdued. Default false. */
  readonly muted?: boolean | undefined;
  /** The storage key of the draft, the same as that of its `Composer`. Default: no draft is shown. */
  readonly draftKey?: string | undefined;
  /** Where the draft is stored. Default: `localStorage`. */
  readonly draftStorage?: DraftStorage | undefined;
  /** Opens the menu of the conversation beside an element of its row. Default: there is none. */
  readonly onMenu?: ((flow: InstantMessagingFlow, anchor: HTMLElement) => void) | undefined;
}

/**
 * A row with one conversation: the participant, the last message or the typing indicator, its time, and the number of
 * unread messages.
 * Re-renders only when one of these changes. Renders a `<div>` with the role `option`.
 */
export const ConversationListItem: MemoExoticComponent<(props: ConversationListItemProps) => ReactElement> = memo(
  function ConversationListItem(props: ConversationListItemProps): ReactElement {
    const { flow, selected, tabStop, today, pinned = false, muted = false, onMenu, ...others } = props;
    const { draftKey, draftStorage, ...rest } = others;
    const settings = useSettings();
    const { translations, locale, textDir } = settings;
    const last = useLastMessage(flow);
    const count = useFlowState(shownUnread, flow);
    const marked = useFlowState(({ markedUnread }) => markedUnread, flow) && count === 0;
    const waiting = useFlowState((snapshot) => isPending(last?.status, snapshot), flow);
    const hasFailed = useFlowState(({ failedCount }) => failedCount > 0, flow);
    const empty = useFlowState(isEmptyConversation, flow);
    const composers = useVisibleTypists(flow);

    // The draft of the open conversation is visible in its composer.
    const line = useRef<HTMLElement>(null);
    const draft = lineOf(useStoredDraft(line, selected ? undefined : draftKey, draftStorage));

    const name = nameOf(settings, flow.remote);
    const shownCount = unreadText(count, locale);
    const typing =
      composers.length > 0 &&
      // The name is omitted, since the row begins with it.
      (composers.length === 1 && composers[0] === flow.remote
        ? translations.typingAlone
        : translations.typing(
            composers.map((address) => nameOf(settings, address)),
            numberText(composers.length, locale),
          ));
    const ticksSayFailed = !typing && draft === '' && last?.status === 'failed';
    const time = last ? timeOf(last) : NaN;
    const when = whenOf(time, today, settings);
    const unread = count > 0 || marked;
    const state: ConversationState = { selected, unread, typing: typing !== false, pinned, muted, draft: draft !== '' };

    return renderPart('div', 'conversation', state, rest, {
      role: 'option',
      'aria-selected': selected,
      tabIndex: tabStop ? 0 : -1,
      // The accessible name of the row is its content.
      children: (
        <>
          <Avatar address={flow.remote} />
          <span className="imflow-conversation-line">
            <strong className="imflow-name" dir="auto">
              {name}
            </strong>{' '}
            {when && (
              <time className="imflow-time" dir="auto" dateTime={isoTime(time)} title={fullTime(time, locale)}>
                {when}
              </time>
            )}
          </span>{' '}
          <span ref={line} className="imflow-conversation-line">
            {typing ? (
              <span className="imflow-conversation-typing" dir={textDir}>
                {typing}
              </span>
            ) : draft ? (
              <>
                <span className="imflow-conversation-draft" dir={textDir}>
                  {translations.draft}
                </span>{' '}
                <span className="imflow-conversation-text" dir="auto">
                  {draft}
                </span>
              </>
            ) : last ? (
              <LastMessage message={last} waiting={waiting} />
            ) : (
              <span className="imflow-conversation-text" dir={textDir}>
                {empty && translations.empty}
              </span>
            )}{' '}
            {hasFailed && !ticksSayFailed && (
              <Mark path={EXCLAMATION} failed>
                {translations.announce.failedElsewhere(name)}
              </Mark>
            )}{' '}
            {muted && <Mark path={BELL_OFF}>{translations.muted}</Mark>}{' '}
            {pinned && <Mark path={PIN}>{translations.pinned}</Mark>}{' '}
            {marked && (
              <span className="imflow-marked">
                <span className="imflow-hidden">{translations.markedUnread}</span>
              </span>
            )}
            {count > 0 && (
              <span className="imflow-count">
                <span className="imflow-label" aria-hidden="true">
                  {shownCount}
                </span>
                <span className="imflow-hidden">{translations.newMessages(count, shownCount)}</span>
              </span>
            )}
          </span>
          {onMenu && (
            // For pointers only: with a keyboard or a screen reader, the key ContextMenu of the row opens the menu.
            <span
              aria-hidden="true"
              className="imflow-conversation-more"
              onClick={(event: MouseEvent<HTMLElement>) => {
                event.stopPropagation();
                onMenu(flow, event.currentTarget);
              }}
            >
              <svg className="imflow-icon" viewBox="0 0 24 24">
                <path d="M6 9l6 6 6-6" />
              </svg>
            </span>
          )}
        </>
      ),
    });
  },
);

/** The stored draft of a conversation, which changes while it is written in a different composer or tab. */
function useStoredDraft(
  row: RefObject<HTMLElement | null>,
  key: string | undefined,
  storage: DraftStorage | undefined,
): string {
  const store = useMemo(
    () => ({
      subscribe: (changed: () => void) => watchDraft({ key, storage }, row.current && viewOf(row.current), changed),
      get: () => readDraft({ key, storage }),
    }),
    [row, key, storage],
  );
  return useSyncExternalStore(store.subscribe, store.get, noDraft);
}

/** Undefined on a server and during hydration. */
function noDraft(): string {
  return '';
}

interface MarkProps {
  readonly path: string;
  /** Whether it has the colour of an error. */
  readonly failed?: true;
  readonly children: string;
}

/** A state of the conversation: an icon, and its name for screen readers. */
function Mark({ path, failed, children }: MarkProps): ReactElement {
  return (
    <span className="imflow-mark" data-failed={failed} title={children}>
      <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 24 24">
        <path d={path} />
      </svg>
      <span className="imflow-hidden">{children}</span>
    </span>
  );
}

/** The beginning of a text in one line. */
function lineOf(text: string): string {
  return sanitiseLabel(truncateText(text, MAX_PREVIEW_LENGTH).replace(/\s+/g, ' ').trim());
}

/** "10:42" for today, "Yesterday", "Monday", "12 March". Empty without a time. */
function whenOf(time: number, today: number, { translations, locale }: Settings): string {
  if (Number.isNaN(time)) return '';
  const day = dayOf(time);
  return day === today ? shortTime(time, locale) : dayName(day, today, translations, locale);
}

interface LastMessageProps {
  readonly message: MessageRecord;
  readonly waiting: boolean;
}

/** The last message in one line; an own one with its ticks. */
function LastMessage({ message, waiting }: LastMessageProps): ReactElement {
  const settings = useSettings();
  const { translations } = settings;
  const text = textOf(message, settings) ?? translations.kinds[kindOf(message.contentType)];
  return (
    <>
      {message.direction === 'outgoing' && (
        <>
          <DeliveryTicks status={message.status} waiting={waiting} unconfirmed={isUnconfirmed(message)} />{' '}
          {!message.retracted && <span className="imflow-hidden">{translations.youSaid}</span>}{' '}
        </>
      )}
      <span className="imflow-conversation-text" dir="auto">
        {lineOf(text)}
      </span>
    </>
  );
}
