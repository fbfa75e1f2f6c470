// Imports the modules of its arguments. Each has to export something, and none may leave anything in the global object,
// except what zod, with which the server checks frames, shares between its copies.

const before = new Set(Object.getOwnPropertyNames(globalThis));
for (const name of process.argv.slice(2)) {
  if (Object.keys(await import(name)).length === 0) throw new Error(`${name} exports nothing`);
  const left = Object.getOwnPropertyNames(globalThis).filter((key) => !before.has(key));
  const own = name === '@imflow/server' ? left.filter((key) => !key.startsWith('__zod_')) : left;
  if (own.length > 0) throw new Error(`${name} leaves globals: ${own.join(', ')}`);
  for (const key of left) before.add(key);
}
