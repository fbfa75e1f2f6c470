/** The text that is copied for a selection across messages. */

import type { InstantMessagingFlow } from '@imflow/react';
import { textOf } from '../messageBody/plainText.ts';
import { nameOf, type Settings } from '../settings/ChatSettings.tsx';
import { dayOf, shortDate, shortTime, timeOf } from './dates.ts';
import { selectedRange } from './scroll/selectedMessages.ts';

/** The selected text of a body. */
const BODY = '[data-message-text]';

/**
 * Returns the text that is copied for a selection of several messages: `[time] name: text`, a line for each message,
 * with the date where they are of several days. The messages between its ends need not be in the document. Undefined
 * for a selection within one message, or one that reaches beyond the list: the browser copies its visible text.
 */
export function selectionText(items: Element, flow: InstantMessagingFlow, settings: Settings): string | undefined {
  const range = selectedRange(items);
  if (!range) return undefined;
  const [first, last] = [messageOf(range.startContainer, items), messageOf(range.endContainer, items)];
  if (!first || !last || first === last) return undefined;
  const { messages } = flow;
  const [from, to] = [first, last].map(({ dataset }) => messages.order.indexOf(dataset['message'] ?? ''));
  if (from === undefined || to === undefined || from < 0 || to < from) return undefined;
  const lines: string[] = [];
  const isOneDay = dayAt(flow, from) === dayAt(flow, to);
  for (let index = from; index <= to; index += 1) {
    const record = messages.get(messages.order.at(index) ?? '');
    if (!record) continue;
    const cut = index === from ? selectedPart(first, range) : index === to ? selectedPart(last, range) : undefined;
    const text = cut ?? textOf(record, settings) ?? '';
    if (text.trim() === '') continue;
    const at = timeOf(record);
    const day = isOneDay ? '' : `${shortDate(at, settings.locale)} `;
    lines.push(`[${day}${shortTime(at, settings.locale)}] ${nameOf(settings, record.sender)}: ${text}`);
  }
  return lines.join('\n');
}

function messageOf(node: Node, items: Element): HTMLElement | undefined {
  const element = 'closest' in node ? (node as Element) : node.parentElement;
  const message = element?.closest<HTMLElement>('[data-message]');
  return message && items.contains(message) ? message : undefined;
}

function dayAt({ messages }: InstantMessagingFlow, index: number): number {
  const record = messages.get(messages.order.at(index) ?? '');
  return record ? dayOf(timeOf(record)) : NaN;
}

/** The part of a message's text that a selection begins or ends in. Undefined if it is all of it. */
function selectedPart(message: HTMLElement, range: AbstractRange): string | undefined {
  const body = message.querySelector(BODY);
  if (!body) return undefined;
  const part = message.ownerDocument.createRange();
  part.selectNodeContents(body);
  const all = part.toString();
  // Where a point is before, in (0) or after a range.
  if (part.comparePoint(range.startContainer, range.startOffset) === 0)
    part.setStart(range.startContainer, range.startOffset);
  else if (part.comparePoint(range.startContainer, range.startOffset) > 0) return '';
  if (part.comparePoint(range.endContainer, range.endOffset) === 0) part.setEnd(range.endContainer, range.endOffset);
  else if (part.comparePoint(range.endContainer, range.endOffset) < 0) return '';
  return part.toString() === all ? undefined : part.toString();
}
