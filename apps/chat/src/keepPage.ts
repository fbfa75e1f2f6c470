/** Prevents the browser from opening a file that is dropped beside a chat. */

/** The parts of the kit, which handle files that are dropped on them. */
const KIT = '[class^="imflow-"], [class*=" imflow-"]';

/** Ignores files that are dropped outside of the kit's parts. Returns a function that stops. */
export function keepPage(view: Window): () => void {
  for (const type of ['dragover', 'drop'] as const) view.addEventListener(type, ignore);
  return () => {
    for (const type of ['dragover', 'drop'] as const) view.removeEventListener(type, ignore);
  };
}

function ignore(event: DragEvent): void {
  const [target] = event.composedPath();
  const inKit = target !== undefined && 'closest' in target && (target as Element).closest(KIT) !== null;
  if (inKit || event.defaultPrevented || event.dataTransfer?.types.includes('Files') !== true) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'none';
}
