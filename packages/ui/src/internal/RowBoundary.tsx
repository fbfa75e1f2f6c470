'use client';

/** The error boundary of a row, of messages and of conversations. */

import {
  Component,
  type Context,
  createContext,
  type CSSProperties,
  Fragment,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
} from 'react';

interface Props {
  /** The class of the element around the row. Default: there is no element. */
  readonly style?: CSSProperties;
  /** The replacement for a row that throws. */
  readonly substitute: ReactElement;
  readonly children: ReactNode;
}

const RetryContext: Context<() => void> = createContext<() => void>(() => {});

/** `empty`: nothing is rendered, so that React removes the previous elements as a whole. */
type Attempt = 'row' | 'empty' | 'substitute';

/** The number of consecutive retries of a row that was shown before: throwing effects must not repeat forever. */
const MAX_RETRIES = 5;
/** After this long without a failure, in ms, the retries count from zero. */
const RECOVERY_TIME = 1_000;

/**
 * Contains the errors of a row of a list. A row that fails affects no other row: it is rendered again with new elements,
 * since the page (a translator, an extension) may have changed the old ones. A row that fails again before it was in the
 * document is replaced. If the substitute fails too, the row is empty. React reports the errors.
 */
export class RowBoundary extends Component<Props, { readonly attempt: Attempt }> {
  static getDerivedStateFromError(): { attempt: Attempt } {
    return { attempt: 'empty' };
  }

  override readonly state: { readonly attempt: Attempt } = { attempt: 'row' };
  readonly #retry = (): void => this.#try('row');
  #tried: Attempt = 'row';
  #wasShown = false;
  #retries = 0;
  #failedAt = Number.NEGATIVE_INFINITY;

  override componentDidMount(): void {
    this.#wasShown = this.state.attempt === 'row';
  }

  override componentDidUpdate(): void {
    this.#wasShown ||= this.state.attempt === 'row';
  }

  override componentDidCatch(): void {
    if (this.#tried === 'substitute') return;
    const now = performance.now();
    this.#retries = now - this.#failedAt > RECOVERY_TIME ? 1 : this.#retries + 1;
    this.#failedAt = now;
    const retries = this.#wasShown && this.#retries <= MAX_RETRIES;
    this.#wasShown = false;
    this.#try(retries ? 'row' : 'substitute');
  }

  #try(attempt: Attempt): void {
    this.#tried = attempt;
    this.setState({ attempt });
  }

  override render(): ReactNode {
    const { style, substitute, children } = this.props;
    const { attempt } = this.state;
    const content =
      attempt === 'row'
        ? children
        : attempt === 'substitute' && <RetryContext.Provider value={this.#retry}>{substitute}</RetryContext.Provider>;
    return style ? (
      <div key={attempt} className="imflow-place" style={style}>
        {content}
      </div>
    ) : (
      <Fragment key={attempt}>{content}</Fragment>
    );
  }
}

/** For substitutes: renders the row again when a value changes, since what failed may succeed with it. */
export function useRetryOnChange(value: unknown): void {
  const retry = useContext(RetryContext);
  const before = useRef(value);
  useEffect(() => {
    if (value === before.current) return;
    before.current = value;
    retry();
  }, [value, retry]);
}

interface RowFromProps<Row> {
  readonly row: Row;
  /** A function of the application. */
  readonly render: (row: Row) => ReactElement;
}

/** Calls a function of the application that renders a row, within the boundary of that row. */
export function RowFrom<Row>({ row, render }: RowFromProps<Row>): ReactElement {
  return render(row);
}
