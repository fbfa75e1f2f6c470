'use client';

/** The error boundary of a part that can be replaced. */

import { Component, type ReactNode } from 'react';

interface Props {
  /** The values that the children depend on. A change renders the children again. Keep the number of values the same. */
  readonly inputs: readonly unknown[];
  /** The replacement for the children. Default: nothing. */
  readonly substitute?: ReactNode;
  readonly children: ReactNode;
}

interface Caught {
  readonly failed: boolean;
  readonly inputs: readonly unknown[];
}

/** Replaces a part that throws while rendering, so that nothing around it is affected. React reports the error. */
export class PartBoundary extends Component<Props, Caught> {
  static getDerivedStateFromError(): Partial<Caught> {
    return { failed: true };
  }

  static getDerivedStateFromProps({ inputs }: Props, state: Caught): Caught | null {
    const isSame = inputs.length === state.inputs.length && inputs.every((each, index) => each === state.inputs[index]);
    return isSame ? null : { failed: false, inputs };
  }

  override readonly state: Caught = { failed: false, inputs: [] };

  override render(): ReactNode {
    const { substitute, children } = this.props;
    return this.state.failed ? substitute : children;
  }
}
