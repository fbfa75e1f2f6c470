'use client';

/** The attached files of a composer. The code that handles them is loaded only if files can be sent. */

import type { InstantMessagingFlow } from '@imflow/react';
import { type LazyModule, lazyModule } from '../internal/lazyModule.ts';
import { useSyncExternalStore } from 'react';
import type { Attachment } from './attachments.ts';
import type * as Attaching from './attaching.ts';

/** The module that handles attached files. */
export const useAttaching: LazyModule<typeof Attaching> = /* @__PURE__ */ lazyModule(() => import('./attaching.ts'));

const NONE: readonly Attachment[] = [];

/** The attached files of a composer. */
export interface Attachments {
  /** Whether files can be sent. */
  readonly canSend: boolean;
  /** Undefined until it is loaded. */
  readonly attaching: typeof Attaching | undefined;
  readonly attached: readonly Attachment[];
}

export function useAttachments(flow: InstantMessagingFlow): Attachments {
  const canSend = flow.files?.canSend === true;
  const attaching = useAttaching(canSend);
  const attached = useSyncExternalStore(
    attaching?.watchAttachments ?? neverChanges,
    () => attaching?.attachedTo(flow) ?? NONE,
    () => NONE,
  );
  return { canSend, attaching, attached };
}

function neverChanges(): () => void {
  return () => {};
}
