import type { FindBarHandle } from '@imflow/ui';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

interface FindShortcut {
  readonly isOpen: boolean;
  readonly bar: RefObject<FindBarHandle | null>;
  readonly open: () => void;
  readonly close: () => void;
}

/** Opens the search in the conversation by Ctrl+F or ⌘F. A second press goes to the search of the browser. */
export function useFindShortcut(): FindShortcut {
  const [isOpen, setOpen] = useState(false);
  const bar = useRef<FindBarHandle>(null);
  const open = useCallback(() => {
    setOpen(true);
    bar.current?.focus();
  }, []);
  const close = useCallback(() => setOpen(false), []);

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      if ((event.target as Element | null)?.closest('[role="search"]')) return;
      event.preventDefault();
      open();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [open]);

  return { isOpen, bar, open, close };
}
