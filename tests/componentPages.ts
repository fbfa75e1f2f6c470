/** Compares the data attributes and CSS variables of a component's source with those that its page documents. */
export interface Hooks {
  /** `data-*` attributes. */
  readonly attributes: readonly string[];
  /** `--imflow-*` custom properties. */
  readonly variables: readonly string[];
}

const ATTRIBUTE = /\bdata-[a-z]+(?:-[a-z]+)*/g;
const VARIABLE = /--imflow-[a-z]+(?:-[a-z]+)*/g;

/**
 * The hooks of a component's folder. Parts put their state on their element: each member of an interface `…State` is an
 * attribute. Other attributes are in the code itself.
 */
export function hooksOf(files: readonly { readonly path: string; readonly code: string }[]): Hooks {
  const code = (ending: RegExp): string =>
    files
      .filter(({ path }) => ending.test(path) && !/\.(test|stories)\.tsx?$/.test(path))
      .map((file) => file.code)
      .join('\n');
  const [sources, styles] = [code(/\.tsx?$/), code(/\.css$/)];
  // Parts are in the component's folder itself; a folder inside it contains logic, whose states are no attributes.
  const parts = code(/^[^/]*\.tsx?$/);
  const states = Array.from(parts.matchAll(/interface \w*State\b[^{]*\{([\s\S]*?)^\}/gm), ([, members = '']) =>
    Array.from(members.matchAll(/readonly (\w+)\??:/g), ([, name = '']) => `data-${kebab(name)}`),
  );
  return {
    attributes: sorted([...states.flat(), ...found(sources, ATTRIBUTE), ...found(styles, ATTRIBUTE)]),
    variables: sorted([...found(sources, VARIABLE), ...found(styles, VARIABLE)]),
  };
}

/** The hooks that a page lists: the first cells of its tables. */
export function hooksOnPage(page: string): Hooks {
  const cells = Array.from(page.matchAll(/^\| (`[^|]*) \|/gm), ([, cell = '']) => cell).join('\n');
  return { attributes: sorted(found(cells, ATTRIBUTE)), variables: sorted(found(cells, VARIABLE)) };
}

function found(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([match]) => match);
}

function sorted(names: readonly string[]): string[] {
  return Array.from(new Set(names)).toSorted();
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
