/** How far a text exceeds the length limits. */

const encoder = /* @__PURE__ */ new TextEncoder();

/** The length limits of a message. */
interface MessageLimits {
  /** In UTF-16 units. */
  readonly maxLength: number;
  /** In bytes of UTF-8. Default: no limit. */
  readonly maxBytes?: number | undefined;
}

/** Returns by how many UTF-16 units a text exceeds the limits. */
export function excessOf(text: string, { maxLength, maxBytes = Infinity }: MessageLimits): number {
  const tooMany = Math.max(0, text.length - maxLength);
  // A UTF-16 unit takes at most 3 bytes.
  if (text.length * 3 <= maxBytes) return tooMany;
  let excess = encoder.encode(text).length - maxBytes;
  let end = text.length;
  while (excess > 0) {
    const last = text.codePointAt(end - 2) ?? 0;
    const isPair = end > 1 && last > 0xff_ff;
    excess -= isPair ? 4 : bytesOf(text.charCodeAt(end - 1));
    end -= isPair ? 2 : 1;
  }
  return Math.max(tooMany, text.length - end);
}

/** The bytes of a UTF-16 unit that is no half of a pair; half a pair is sent as U+FFFD. */
function bytesOf(unit: number): number {
  return unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
}
