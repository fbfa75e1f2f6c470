import { touched } from './floor/touched.ts';

/** Counts what React renders, through the hook of its developer tools. Only for runs that are not timed. */
export interface Renders {
  /** Components of any kind that were rendered since the last call, and rows among them. */
  take(rowType: unknown): { readonly components: number; readonly rows: number };
}

/** The fields of React's internal tree that are read here. */
interface Fiber {
  readonly type: unknown;
  readonly elementType: unknown;
  readonly flags: number;
  readonly tag: number;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly alternate: Fiber | null;
}

/** The flag of a fiber whose function was called. */
const PERFORMED_WORK = 1;
/** The tags of function components, classes, forwarded refs and memoised components. */
const COMPONENTS = new Set([0, 1, 11, 14, 15]);

/** Starts the counting. Call it before React is loaded. */
export function watchRenders(): Renders {
  let rendered: Fiber[] = [];

  function walk(fiber: Fiber | null): void {
    for (let next = fiber; next !== null; next = next.sibling) {
      if (COMPONENTS.has(next.tag) && (next.flags & PERFORMED_WORK) !== 0) rendered.push(next);
      // If nothing below a fiber was rendered, both trees share its children.
      if (next.child !== next.alternate?.child) walk(next.child);
    }
  }

  Object.assign(window, {
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      isDisabled: false,
      supportsFiber: true,
      renderers: new Map(),
      inject: () => 1,
      onCommitFiberUnmount: () => undefined,
      onPostCommitFiberRoot: () => undefined,
      onCommitFiberRoot: (_: number, root: { current: Fiber }) => walk(root.current),
    },
  });

  return {
    take(rowType) {
      const isRow = ({ type, elementType }: Fiber): boolean => elementType === rowType || type === rowType;
      const rows = rowType === undefined ? touched.rows : rendered.filter(isRow).length;
      const components = rendered.length;
      rendered = [];
      touched.rows = 0;
      return { components, rows };
    },
  };
}
