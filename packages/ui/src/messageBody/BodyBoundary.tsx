'use client';

import { Component, type ReactNode } from 'react';
import type { MessageRecord } from '@imflow/react';
import type { MessageRenderer } from './renderers.ts';
import { UnsupportedBody } from './UnsupportedBody.tsx';

interface Props {
  readonly message: MessageRecord;
  readonly renderer: MessageRenderer;
  readonly children: ReactNode;
}

interface Caught {
  readonly failed: boolean;
  readonly message?: MessageRecord;
  readonly renderer?: MessageRenderer;
}

/**
 * A body that cannot be rendered is shown as one of a type that is not known, until the message or its renderer is
 * another; React reports the error.
 */
export class BodyBoundary extends Component<Props, Caught> {
  static getDerivedStateFromError(): Caught {
    return { failed: true };
  }

  static getDerivedStateFromProps({ message, renderer }: Props, state: Caught): Caught | null {
    if (state.message === message && state.renderer === renderer) return null;
    return { failed: false, message, renderer };
  }

  override readonly state: Caught = { failed: false };

  override render(): ReactNode {
    return this.state.failed ? <UnsupportedBody message={this.props.message} /> : this.props.children;
  }
}
