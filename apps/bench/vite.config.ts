import react from '@vitejs/plugin-react';
import { defineConfig, mergeConfig } from 'vite';
import { fromSource } from '../../vite.base.ts';

// The contenders are installed separately; all of them use the React of this workspace.
export default mergeConfig(
  fromSource,
  defineConfig({
    plugins: [react()],
    resolve: { dedupe: ['react', 'react-dom'] },
    build: { chunkSizeWarningLimit: 2_000 },
  }),
);
