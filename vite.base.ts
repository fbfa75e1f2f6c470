import { defaultClientConditions, defaultServerConditions, type UserConfig } from 'vite';

/** Resolves every @imflow package to its source, so that nothing needs a build before it runs. */
export const fromSource: UserConfig = {
  resolve: { conditions: ['@imflow/source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['@imflow/source', ...defaultServerConditions] } },
};
