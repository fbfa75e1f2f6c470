/** The messages at the ends of the text selection. */

import type { MessageOrder } from '@imflow/react';

/** The selected range, with its ends in document order. Undefined if nothing is selected. */
export function selectedRange(within: Element): AbstractRange | undefined {
  const selection = within.ownerDocument.getSelection();
  if (!selection) return undefined;
  const root = within.getRootNode();
  // A document does not expose selections inside of shadow roots, unless the roots are passed to it.
  if (root !== within.ownerDocument && 'getComposedRanges' in selection) {
    const [range] = selection.getComposedRanges({ shadowRoots: [root as ShadowRoot] });
    return range && !range.collapsed ? range : undefined;
  }
  const ofRoot = (root as { getSelection?: () => Selection | null }).getSelection?.() ?? selection;
  const range = ofRoot.rangeCount > 0 ? ofRoot.getRangeAt(0) : undefined;
  return range && !range.collapsed ? range : undefined;
}

/**
 * The first and the last message with an end of the selection in it. Undefined if neither end is in the list: such a
 * selection needs no row to stay.
 */
export function selectedMessages(
  list: HTMLElement,
  order: MessageOrder,
  idOf: (row: Element) => string | undefined,
): readonly [first: string, last: string] | undefined {
  const range = selectedRange(list);
  if (!range) return undefined;
  const first = idAt(list, range.startContainer, range.startOffset, idOf);
  const last = idAt(list, range.endContainer, range.endOffset - 1, idOf);
  const [from, to] = [first ?? last, last ?? first];
  if (from === undefined || to === undefined || order.indexOf(from) > order.indexOf(to)) return undefined;
  return [from, to];
}

function idAt(
  list: HTMLElement,
  node: Node,
  offset: number,
  idOf: (row: Element) => string | undefined,
): string | undefined {
  let row: Node | null = node === list ? (list.children[Math.max(0, offset)] ?? null) : node;
  while (row && row.parentNode !== list) row = row.parentNode;
  return row ? idOf(row as Element) : undefined;
}
