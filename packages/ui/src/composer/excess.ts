/** How far a text exceeds the length limits. */

const encoder = /* @__PURE__ */ new TextEncoder();

/** The length limits of a message. */
interface MessageLimits {
  /** In UTF-16 units. */
  readonly maxLength: number;
  /** In bytes of UTF-8. Default: no limit. */
  readonly maxBytes?: number | undefined;
  /** Returns the bytes of a text, as `maxBytes` counts them. Default: those in UTF-8. */
  readonly measure?: ((text: string) => number) | undefined;
}

/** Returns by how many UTF-16 units a text exceeds the limits. */
export function excessOf(text: string, limits: MessageLimits): number {
  const { maxLength, maxBytes = Infinity, measure = bytesOf } = limits;
  const tooMany = Math.max(0, text.length - maxLength);
  if (maxBytes === Infinity || measure(text) <= maxBytes) return tooMany;
  let [end, over] = [0, text.length];
  while (over - end > 1) {
    const middle = (end + over) >> 1;
    if (measure(text.slice(0, middle)) <= maxBytes) end = middle;
    else over = middle;
  }
  // Half of a surrogate pair takes fewer bytes than the pair.
  const isWithinPair = (text.codePointAt(end - 1) ?? 0) > 0xff_ff;
  return Math.max(tooMany, text.length - end + Number(isWithinPair));
}

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}
