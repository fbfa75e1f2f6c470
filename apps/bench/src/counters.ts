import { touched } from './floor/touched.ts';

/** What React has rendered, counted through the hook that its developer tools use. Only for runs that are not timed. */
export interface Renders {
  /** Components of any kind that were rendered since the last call, and rows among them. */
  take(rowType: unknown): { readonly components: number; readonly rows: number };
}

/** What is read of React's internal tree. */
interface Fiber {
  readonly type: unknown;
  readonly elementType: unknown;
  readonly flags: number;
  readonly tag: number;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly alternate: Fiber | null;
}

/** Set on a fiber whose function was called. */
const PERFORMED_WORK = 1;
/** Function components, classes, forwarded refs, memoised ones. */
const COMPONENTS = new Set([0, 1, 11, 14, 15]);

/** Has to be called before React is loaded. */
export function watchRenders(): Renders {
  let rendered: Fiber[] = [];

  function walk(fiber: Fiber | null): void {
    for (let next = fiber; next !== null; next = next.sibling) {
      if (COMPONENTS.has(next.tag) && (next.flags & PERFORMED_WORK) !== 0) rendered.push(next);
      // Where nothing was done below, both trees share their children.
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
