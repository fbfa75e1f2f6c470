'use client';

import { useFlow } from '@imflow/react';
import { Component, type CSSProperties, type ReactElement, type ReactNode } from 'react';
import { essenceOf } from '../messageBody/contentType.ts';
import { useSettings } from '../settings/ChatSettings.tsx';

interface Props {
  readonly id: string;
  readonly style: CSSProperties;
  readonly children: ReactNode;
}

/** `empty`: nothing is rendered, so that what was rendered is taken out of the document as a whole. */
type Attempt = 'row' | 'empty' | 'substitute';

/**
 * The element of a row. A row that fails takes nothing else down: it is rendered anew, with new elements, since the page may
 * have changed the old ones under React (a translator, an extension). One that fails again at once, before it was in the
 * document, is replaced by a sentence. React reports the errors.
 */
export class MessageRowBoundary extends Component<Props, { readonly attempt: Attempt }> {
  static getDerivedStateFromError(): { attempt: Attempt } {
    return { attempt: 'empty' };
  }

  override readonly state: { readonly attempt: Attempt } = { attempt: 'row' };
  #wasShown = false;

  override componentDidMount(): void {
    this.#wasShown = this.state.attempt === 'row';
  }

  override componentDidUpdate(): void {
    this.#wasShown ||= this.state.attempt === 'row';
  }

  override componentDidCatch(): void {
    const before = this.#wasShown ? 'row' : 'substitute';
    this.#wasShown = false;
    this.setState({ attempt: before });
  }

  override render(): ReactNode {
    const { id, style, children } = this.props;
    const { attempt } = this.state;
    return (
      <div key={attempt} className="imflow-place" style={style}>
        {attempt === 'row' ? children : attempt === 'substitute' && <Substitute id={id} />}
      </div>
    );
  }
}

function Substitute({ id }: { readonly id: string }): ReactElement {
  const record = useFlow().messages.get(id);
  const { translations } = useSettings();
  return (
    <div className="imflow-row">
      <article className="imflow-message" data-message={id} data-direction={record?.direction} tabIndex={-1}>
        <div className="imflow-bubble">
          <em>{translations.unsupported(essenceOf(record?.contentType ?? ''))}</em>
        </div>
      </article>
    </div>
  );
}
