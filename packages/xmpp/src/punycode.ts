/** Decodes labels of internationalised domain names, which no browser does (RFC 3492). */

// The parameters of RFC 3492 section 5.
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_CODE = 0x80;

/** @param encoded an A-label without its `xn--`. @returns its U-label; undefined where it is not valid. */
export function decodePunycode(encoded: string): string | undefined {
  const end = Math.max(0, encoded.lastIndexOf('-'));
  const codes = Array.from(encoded.slice(0, end), (letter) => letter.charCodeAt(0));
  let code = INITIAL_CODE;
  let position = 0;
  let bias = INITIAL_BIAS;
  for (let at = end === 0 ? 0 : end + 1; at < encoded.length;) {
    const before = position;
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = digitOf(encoded.charAt(at));
      if (Number.isNaN(digit)) return undefined;
      at += 1;
      position += digit * weight;
      const threshold = Math.min(T_MAX, Math.max(T_MIN, k - bias));
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const count = codes.length + 1;
    bias = adapt(position - before, count, before === 0);
    code += Math.floor(position / count);
    if (code > 0x10ffff) return undefined;
    position %= count;
    codes.splice(position, 0, code);
    position += 1;
  }
  return String.fromCodePoint(...codes);
}

/** `a` to `z` are 0 to 25, `0` to `9` are 26 to 35; NaN for anything else. */
function digitOf(letter: string): number {
  return (Number.parseInt(letter, BASE) + 26) % BASE;
}

function adapt(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2));
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
