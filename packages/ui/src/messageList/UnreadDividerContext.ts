'use client';

/** The React context of the unread divider. */

import { type Context, createContext } from 'react';

/**
 * The message that the "New" line stands before. Apart from what else the parts share, since most of them need not render
 * when it changes.
 */
export const UnreadDividerContext: Context<string | undefined> = createContext<string | undefined>(undefined);
