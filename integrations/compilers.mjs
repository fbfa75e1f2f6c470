// Older compilers: what the packages declare is read by TypeScript from 5.0 on, the declarations of dependencies too.

import { join } from 'node:path';
import { entryPoints, publishedPackages } from '../tools/packages.mjs';
import { asInWorkspace, createApplication } from './application.mjs';

/**
 * The oldest supported version, and those that changed the syntax of declarations: typed arrays became generic in 5.7,
 * and 5.9 is the last 5.x.
 */
const COMPILERS = ['5.0.4', '5.4.5', '5.6.3', '5.9.3'];

/** The server is used with Node, and its dependencies have their own oldest versions. */
const FOR_SERVERS = /^@imflow\/server/;

/** @param {import('./run.mjs').Packed} packed */
export async function olderCompilers({ folder, tarballs }) {
  const { '@imflow/server': _, ...forPages } = tarballs;
  const compilers = COMPILERS.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]);
  const application = await createApplication(folder, 'compilers', {
    ...forPages,
    ...asInWorkspace('@types/react', '@types/react-dom', 'react', 'react-dom'),
    ...Object.fromEntries(compilers),
  });
  const names = publishedPackages()
    .flatMap((published) => entryPoints(published).map(({ name }) => name))
    .filter((name) => !FOR_SERVERS.test(name));
  application.write(
    'everything.ts',
    names.map((name, index) => `export * as module${index} from '${name}';\n`).join(''),
  );
  for (const version of COMPILERS) {
    const program = join(application.folder, 'node_modules', `typescript-${version}`, 'bin/tsc');
    await application.run(`TypeScript ${version}`, 'node', program);
    if (version === COMPILERS.at(-1))
      await application.run(`TypeScript ${version}, node10`, 'node', program, '--project', 'tsconfig.node10.json');
  }
}
