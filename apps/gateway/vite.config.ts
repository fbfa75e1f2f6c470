import { defineConfig, mergeConfig } from 'vite';
import { fromSource } from '../../vite.base.ts';

// One file for Node, with the packages in it.
export default mergeConfig(
  fromSource,
  defineConfig({
    build: { ssr: 'src/main.ts', target: 'node20' },
    ssr: { noExternal: [/^@imflow\//, 'zustand', 'saxes'] },
  }),
);
