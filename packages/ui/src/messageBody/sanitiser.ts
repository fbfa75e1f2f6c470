/** Loads the sanitiser when it is first needed. */

import { lazyModule } from '../internal/lazyModule.ts';
import type { sanitise } from './sanitise.ts';

/** The sanitiser, once it is there. It is fetched when the first HTML body appears; until then the text is shown. */
export const useSanitiser: () => typeof sanitise | undefined = /* @__PURE__ */ lazyModule(
  async () => (await import('./sanitise.ts')).sanitise,
);
