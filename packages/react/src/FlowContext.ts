'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import { type Context, createContext } from 'react';

/** The flow of the nearest provider. */
export const FlowContext: Context<InstantMessagingFlow | undefined> = createContext<InstantMessagingFlow | undefined>(
  undefined,
);
