import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** Texts of people by the usual names of their variables, cut to a number or a limit. Names of XML elements are none. */
const CUT =
  /(?<!root\.)\b\w*(?:[bB]ody|[tT]ext|[nN]ame|[rR]eason|[eE]xcerpt|[tT]itle|[lL]abel)\w*\??\.(?:slice|substr|substring)\(0, ?(?:\d|[A-Z_]{4,}\))/g;

function filesIn(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name));
}

function cuts(code: string): string[] {
  return Array.from(code.matchAll(CUT), ([found]) => found);
}

it('B382 only truncateText shortens texts of people, and it keeps characters whole', () => {
  const files = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((name) => filesIn(join(folder, name, 'src'))),
  );
  expect(files.length).toBeGreaterThan(500);
  const found = files
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .flatMap((file) => cuts(readFileSync(join(ROOT, file), 'utf8')).map((cut) => `${file}: ${cut}`));
  expect(found).toEqual([]);
});

it('B382 the rule finds a text that is cut', () => {
  expect(cuts('body.slice(0, 200); given.replyText?.substring(0, MAX_LENGTH); ids.slice(0, MAX_IDS)')).toHaveLength(2);
});
