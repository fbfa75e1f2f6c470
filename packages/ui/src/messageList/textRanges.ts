/** Finds a text in the document as a search compares it. */

import { foldText } from '@imflow/react';

/** The largest number of matches that are marked in one message. */
const MAX_RANGES = 200;

/** Finds a folded text in an element: a range for each match, in document order. */
export function rangesOf(element: Element, wanted: string): Range[] {
  const page = element.ownerDocument;
  const ranges: Range[] = [];
  if (wanted === '' || !foldText(element.textContent).includes(wanted)) return ranges;
  const { text, places } = foldNodes(element);
  for (
    let at = text.indexOf(wanted);
    at >= 0 && ranges.length < MAX_RANGES;
    at = text.indexOf(wanted, at + wanted.length)
  ) {
    const [from, to] = [places[at], places[at + wanted.length - 1]];
    if (!from || !to) break;
    const range = page.createRange();
    range.setStart(from.node, from.start);
    range.setEnd(to.node, to.end);
    ranges.push(range);
  }
  return ranges;
}

/** Which character of the document a character of the folded text comes from. */
interface Place {
  readonly node: Text;
  readonly start: number;
  readonly end: number;
}

function foldNodes(element: Element): { readonly text: string; readonly places: readonly Place[] } {
  // 4: `NodeFilter.SHOW_TEXT`, whose interface is that of another window.
  const walker = element.ownerDocument.createTreeWalker(element, 4);
  const places: Place[] = [];
  let text = '';
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    let start = 0;
    for (const character of node.data) {
      const end = start + character.length;
      const folded = foldText(character);
      // A mark belongs to the letter before it.
      const before = places.at(-1);
      if (folded === '' && before?.node === node && before.end === start)
        places[places.length - 1] = { ...before, end };
      for (let unit = 0; unit < folded.length; unit += 1) places.push({ node, start, end });
      text += folded;
      start = end;
    }
  }
  return { text, places };
}
