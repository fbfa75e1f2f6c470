'use client';

/** The React context of a row. */

import type { ReactElement, ReactNode } from 'react';
import { RowContext, type RowModel } from './rowModel.ts';

/** Provides a row to parts that an application has composed. */
export function RowProvider({ row, children }: { readonly row: RowModel; readonly children: ReactNode }): ReactElement {
  return <RowContext.Provider value={row}>{children}</RowContext.Provider>;
}
