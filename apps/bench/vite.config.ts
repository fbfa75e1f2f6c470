import react from '@vitejs/plugin-react';
import { defineConfig, mergeConfig } from 'vite';
import { fromSource } from '../../vite.base.ts';

// The contenders are installed apart; all of them get the React of the workspace.
export default mergeConfig(
  fromSource,
  defineConfig({
    plugins: [react()],
    resolve: { dedupe: ['react', 'react-dom'] },
    build: { chunkSizeWarningLimit: 2_000 },
  }),
);
