import { Component, type ReactNode } from 'react';
import { Plain } from './Plain.tsx';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: unknown;
  readonly failed: boolean;
}

/** Stands in for a page that broke while it was drawn. */
export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { failed: false, error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { failed: true, error };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Plain title="This page has stopped working">
        <p>
          It is our fault, not yours. Messages that this browser has stored are safe; loading the page again may help.
        </p>
        <p>
          <button type="button" className="button" onClick={() => location.reload()}>
            Load again
          </button>
        </p>
        <details>
          <summary>What happened</summary>
          <p>{String(this.state.error)}</p>
        </details>
      </Plain>
    );
  }
}
