import { defineConfig, mergeConfig } from 'vite';
import { fromSource } from '../../vite.base.ts';

// One file for Node, which bundles the packages.
export default mergeConfig(
  fromSource,
  defineConfig({
    build: { ssr: 'src/main.ts', target: 'node20' },
    ssr: { noExternal: [/^@imflow\//, 'zustand', 'saxes'] },
  }),
);
