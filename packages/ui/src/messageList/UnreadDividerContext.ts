'use client';

/** The React context of the unread divider. */

import { type Context, createContext } from 'react';

/** The message below the "New" line. A separate context, since most parts need not re-render when it changes. */
export const UnreadDividerContext: Context<string | undefined> = createContext<string | undefined>(undefined);
