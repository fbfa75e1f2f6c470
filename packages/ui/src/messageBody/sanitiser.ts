/** Loads the sanitiser when it is first needed. */

import { lazyModule } from '../internal/lazyModule.ts';
import type { sanitise } from './sanitise.ts';

/** Returns the sanitiser; undefined until it is loaded, which starts when the first HTML body appears. */
export const useSanitiser: () => typeof sanitise | undefined = /* @__PURE__ */ lazyModule(
  async () => (await import('./sanitise.ts')).sanitise,
);
