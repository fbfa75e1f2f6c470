'use client';

/** The actions that are available for a message. */

import { type InstantMessagingFlow, type MessageRecord, useFlow, useFlowState, useMessage } from '@imflow/react';
import { type ReactElement, useMemo, useSyncExternalStore } from 'react';
import { announceIn } from '../../internal/announce.ts';
import { canEdit, composerOf } from '../../internal/composers.ts';
import { consume } from '../../internal/keys.ts';
import { viewOf } from '../../internal/realm.ts';
import { textOf } from '../../messageBody/plainText.ts';
import { type Settings, useSettings } from '../../settings/ChatSettings.tsx';
import { discardFrom } from '../discardFrom.ts';
import { type MessageListParts, useMessageList } from '../MessageListContext.ts';
import { NO_BUTTONS } from '../rowButtons.ts';
import { canReply, isFailed } from './canReply.ts';
import { type MessageAction, type MessageActionName, STANDARD_ACTIONS } from './messageAction.ts';

/** An action that is available now. */
export interface AvailableMessageAction extends Pick<MessageAction, 'id' | 'label' | 'icon'> {
  readonly run: () => void;
}

const NONE: readonly AvailableMessageAction[] = [];

/**
 * The available actions on a message, in order: those that the network and the state of the message allow, and those of the
 * application (`messageActions` of the settings). Actions with a button in the message, such as Retry in a failed one, are
 * not among them. Call it in a message list; "Reply" and "Edit" need a composer, and "React" and "Delete" the part
 * `MessageList.Actions`.
 */
export function useMessageActions(id: string): readonly AvailableMessageAction[] {
  const flow = useFlow();
  const settings = useSettings();
  const list = useMessageList();
  const message = useMessage(id);
  const running = useFlowState(({ state }) => state !== 'terminated');
  const { subscribe, get } = list.rowButtons;
  const inRow = useSyncExternalStore(
    subscribe,
    () => get(id),
    () => NO_BUTTONS,
  );
  return useMemo(() => {
    if (!message) return NONE;
    const context = { flow, message };
    return (settings.messageActions ?? STANDARD_ACTIONS)
      .filter((action) => typeof action !== 'string' || !inRow.includes(action))
      .map((action) =>
        typeof action === 'string' ? standardAction(action, { flow, message, settings, list, running }) : action,
      )
      .filter(({ isAvailable }) => isAvailable?.(context) ?? true)
      .map((action) => ({ id: action.id, label: action.label, icon: action.icon, run: () => action.run(context) }));
  }, [flow, settings, list, message, running, inRow]);
}

interface ActionContext {
  readonly flow: InstantMessagingFlow;
  readonly message: MessageRecord;
  readonly settings: Settings;
  readonly list: MessageListParts;
  /** Whether the conversation has not ended. */
  readonly running: boolean;
}

function standardAction(
  name: MessageActionName,
  { flow, message, settings, list, running }: ActionContext,
): MessageAction {
  const { translations } = settings;
  const { id, direction, status, retracted, retryable } = message;
  const { react, retract } = flow.operations;
  const own = direction === 'outgoing';
  const viewport = list.scroller.viewport();
  const composer = composerOf(flow, viewport);
  const hasFailed = isFailed(message);
  const isUnsent = hasFailed || isWaiting(message);
  const action = (label: string, isAvailable: boolean, run: () => void): MessageAction => ({
    id: name,
    label,
    icon: <Icon name={name} />,
    isAvailable: () => isAvailable,
    run,
  });

  switch (name) {
    case 'reply':
      return action(translations.actions.reply, composer !== undefined && canReply(flow, message), () =>
        composer?.reply(id),
      );
    case 'react':
      return action(
        translations.actions.react,
        running && react !== undefined && list.surface.isAttached() && !retracted && !isUnsent,
        () => list.surface.change('emojis'),
      );
    case 'edit':
      return action(translations.actions.edit, running && composer !== undefined && canEdit(flow, message), () =>
        composer?.edit(id),
      );
    case 'copy': {
      const text = retracted ? undefined : textOf(message, settings);
      return action(translations.actions.copy, text !== undefined && text !== '', () => {
        if (viewport) void copy(viewport, text ?? '', flow, translations);
      });
    }
    case 'retry':
      return action(translations.retry, running && own && status === 'failed' && retryable !== false, () => {
        flow.retryMessage(id);
      });
    case 'delete':
      return action(
        translations.delete,
        running && own && !retracted && (isUnsent || (retract === true && list.surface.isAttached())),
        () => (isUnsent && viewport ? discardFrom(flow, id, viewport) : list.surface.change('question')),
      );
    case 'details':
      return action(translations.facts, list.details.has(id) || (list.surface.isAttached() && !retracted), () => {
        const button = list.details.get(id);
        if (button) button.click();
        else list.surface.change('details');
      });
  }
}

/** Whether a message was not handed to the network yet, so that the other side cannot have it. */
function isWaiting({ direction, status, attempts, earlierRevisions }: MessageRecord): boolean {
  return direction === 'outgoing' && status === 'queued' && attempts === 0 && !earlierRevisions;
}

async function copy(
  near: Element,
  text: string,
  flow: InstantMessagingFlow,
  { actions }: Settings['translations'],
): Promise<void> {
  try {
    await writeToClipboard(near, text);
    announceIn(near, flow, 'polite', actions.copied);
  } catch {
    announceIn(near, flow, 'assertive', actions.copyFailed);
  }
}

/** @throws Error where the browser refuses. */
async function writeToClipboard(near: Element, text: string): Promise<void> {
  // Pages without https have no asynchronous clipboard, and frames that are not allowed to use it are refused.
  const written = viewOf(near)
    ?.navigator.clipboard?.writeText(text)
    .then(
      () => true,
      () => false,
    );
  if ((await written) !== true) copyAsTheUser(near.ownerDocument, text);
}

/** @throws Error where the browser refuses. */
function copyAsTheUser(page: Document, text: string): void {
  const onCopy = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    consume(event);
  };
  page.addEventListener('copy', onCopy, true);
  try {
    if (!page.execCommand('copy')) throw new Error('The browser copies nothing here.');
  } finally {
    page.removeEventListener('copy', onCopy, true);
  }
}

const PATHS: Readonly<Record<MessageActionName, string>> = {
  reply: 'M8 5L3.5 9.5L8 14M3.5 9.5H12a4.5 4.5 0 0 1 4.5 4.5v1.5',
  react: 'M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15M6.8 12a4 4 0 0 0 6.4 0M7.3 7.8v.1M12.7 7.8v.1',
  edit: 'M12.5 4.5l3 3L7 16H4v-3zM10.8 6.2l3 3',
  copy: 'M7.5 7.5h9v9h-9zM12.5 7.5v-4h-9v9h4',
  retry: 'M16 10a6 6 0 1 1-1.8-4.3M16 2.8v3.4h-3.4',
  delete: 'M3.5 5.5h13M7.5 5.5V3.5h5v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5',
  details: 'M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15M10 9v5M10 6.2v.1',
};

function Icon({ name }: { readonly name: MessageActionName }): ReactElement {
  return (
    <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
      <path d={PATHS[name]} />
    </svg>
  );
}
