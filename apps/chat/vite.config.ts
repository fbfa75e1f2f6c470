import react from '@vitejs/plugin-react';
import { defineConfig, mergeConfig } from 'vite';
import { fromSource } from '../../vite.base.ts';

export default mergeConfig(fromSource, defineConfig({ plugins: [react()] }));
