import { type ReactElement, useEffect, useState, useSyncExternalStore } from 'react';
import { Icon } from '../Icon.tsx';
import { readTheme, type Theme, writeTheme } from './storedTheme.ts';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  systemIsDark.addEventListener('change', listener);
  return () => systemIsDark.removeEventListener('change', listener);
}

/** Changes between light and dark. Until it is used, and after it came back to the system's theme, the system decides. */
export function ThemeButton(): ReactElement {
  const system: Theme = useSyncExternalStore(subscribe, () => systemIsDark.matches) ? 'dark' : 'light';
  const [chosen, setChosen] = useState(readTheme);
  const other: Theme = (chosen ?? system) === 'dark' ? 'light' : 'dark';

  useEffect(() => {
    document.documentElement.dataset['theme'] = chosen ?? 'system';
    writeTheme(chosen);
  }, [chosen]);

  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`Use the ${other} theme`}
      title={`Use the ${other} theme`}
      onClick={() => setChosen(other === system ? undefined : other)}
    >
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </button>
  );
}
