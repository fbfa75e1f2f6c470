import { Component, type ReactElement, type ReactNode } from 'react';
import { useWords } from '../settings/SettingsProvider.tsx';
import { MinimalPage } from './MinimalPage.tsx';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: unknown;
  readonly failed: boolean;
}

/** The error boundary of a page. */
export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { failed: false, error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { failed: true, error };
  }

  override render(): ReactNode {
    return this.state.failed ? <BrokenPage error={this.state.error} /> : this.props.children;
  }
}

function BrokenPage({ error }: { error: unknown }): ReactElement {
  const translations = useWords().broken;
  return (
    <MinimalPage title={translations.title}>
      <p>{translations.about}</p>
      <p>
        <button type="button" className="button" onClick={() => location.reload()}>
          {translations.again}
        </button>
      </p>
      <details>
        <summary>{translations.what}</summary>
        <p lang="en" dir="ltr">
          {String(error)}
        </p>
      </details>
    </MinimalPage>
  );
}
