import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'vite';
import { describe, expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '../packages/ui/src');

/** Attributes and properties whose text a person reads, or a screen reader speaks. */
const SPOKEN =
  /^(aria-(label|description|placeholder|roledescription|valuetext)|title|placeholder|alt|label|children)$/;
/** The types of expressions whose parts may be texts. */
const TRANSPARENT = ['ConditionalExpression', 'LogicalExpression', 'ParenthesizedExpression', 'BinaryExpression'];

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** The texts with letters that an expression may evaluate to, as far as its source shows them. */
function textsOf(node: Node | null | undefined): string[] {
  if (!node) return [];
  if (node.type === 'Literal' && typeof node['value'] === 'string') return hasLetters(node['value']);
  if (node.type === 'TemplateLiteral') {
    return (node['quasis'] as { value: { raw: string } }[]).flatMap(({ value }) => hasLetters(value.raw));
  }
  if (node.type === 'JSXExpressionContainer' || node.type === 'ParenthesizedExpression')
    return textsOf(node['expression'] as Node);
  if (!TRANSPARENT.includes(node.type)) return [];
  // The operands of a comparison are not shown; those of a sum are.
  if (node.type === 'BinaryExpression' && node['operator'] !== '+') return [];
  const parts = node.type === 'ConditionalExpression' ? ['consequent', 'alternate'] : ['left', 'right'];
  return parts.flatMap((part) => textsOf(node[part] as Node));
}

function hasLetters(text: string): string[] {
  return /\p{L}/u.test(text) ? [text.trim()] : [];
}

/** Translations that a component would show in one language only. */
function hardcoded(path: string, code: string): string[] {
  const found: string[] = [];
  const { program, errors } = parseSync(path, code);
  expect(errors).toEqual([]);
  new Visitor({
    JSXText: ({ value }) => void found.push(...hasLetters(value)),
    JSXElement({ children }) {
      for (const child of children) if (child.type === 'JSXExpressionContainer') found.push(...textsOf(child as never));
    },
    JSXFragment({ children }) {
      for (const child of children) if (child.type === 'JSXExpressionContainer') found.push(...textsOf(child as never));
    },
    JSXAttribute({ name, value }) {
      if (name.type === 'JSXIdentifier' && SPOKEN.test(name.name)) found.push(...textsOf(value as never));
    },
    Property({ key, value }) {
      const name = key.type === 'Literal' ? String(key.value) : key.type === 'Identifier' ? key.name : '';
      if (SPOKEN.test(name)) found.push(...textsOf(value as never));
    },
  }).visit(program);
  return found.map((text) => `${path}: ${text}`);
}

describe('words in the components', () => {
  it('all words of the components come from the catalogue', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.tsx') && !/\.(test|stories)\./.test(file),
    );
    expect(files.length).toBeGreaterThan(15);
    expect(files.flatMap((file) => hardcoded(file, readFileSync(join(SOURCES, file), 'utf8')))).toEqual([]);
  });

  it('the check finds words that do not come from the catalogue', () => {
    const code = `
      const a = <p>Hello <b aria-label="There" className="x">{open ? 'Close' : words.open}</b>{n > 1 && \`\${n} items\`}</p>;
      renderPart('div', 'note', {}, props, { title: 'Why', role: 'status', children: late && 'Too late' });
    `;
    expect(
      hardcoded('x.tsx', code)
        .map((each) => each.slice(7))
        .toSorted(),
    ).toEqual(
      ['Hello', 'There', 'Close', '${n} items'.slice(4), 'Why', 'Too late'].map((text) => text.trim()).toSorted(),
    );
  });
});
