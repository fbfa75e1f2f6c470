'use client';

import { Component, type ReactNode } from 'react';

interface PanelBoundaryProps {
  readonly children: ReactNode;
}

/** Shows a sentence if the panel throws, for example on a trace with invalid content. The application is not affected. */
export class PanelBoundary extends Component<PanelBoundaryProps, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const reason = error instanceof Error ? error.message : 'unknown reason';
    return <p role="alert">The inspector failed ({reason}): close and open it to start again.</p>;
  }
}
