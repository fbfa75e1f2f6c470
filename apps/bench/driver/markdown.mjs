// Formats tables and numbers as Markdown.

/** @param {number | undefined} value */
export function number(value) {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return (Math.abs(value) < 10 ? Number(value.toFixed(1)) : Math.round(value)).toLocaleString('en');
}

/**
 * A table whose first column is text, and the others numbers.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} body
 */
export function markdown(head, body) {
  const rows = [head, ...body];
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}
