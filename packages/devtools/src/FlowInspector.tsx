'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import type { TraceRecording } from '@imflow/testing';
import { type ComponentType, type ReactElement, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { InspectorPanelProps } from './panel/InspectorPanel.tsx';
import { PanelBoundary } from './PanelBoundary.tsx';
import { adoptStyles, shadowRootOf } from './shadowRoot.ts';

/** The properties of the inspector. */
export interface FlowInspectorProps {
  readonly flow: InstantMessagingFlow;
  /** Whether the panel is open at first. Default false: nothing is loaded or recorded before it is opened. */
  readonly defaultOpen?: boolean;
  /**
   * `bottom`: a button at the edge of the window opens the panel at its lower edge, and the element makes as much room
   * where it is, so that the end of the page can still be reached. `inline`: both stand where the component is. Default
   * `bottom`.
   */
  readonly placement?: 'bottom' | 'inline';
  /** Default: the color scheme of the element around it. */
  readonly colorScheme?: 'light' | 'dark';
  /** How many transactions are kept. 1 to 100 000, default 1 000. */
  readonly limit?: number;
  /**
   * A recording that began earlier, so that the panel also shows what happened before it was opened; then `limit` has no
   * effect. Default: the flow is recorded while the panel is open.
   */
  readonly recording?: TraceRecording;
}

/**
 * Inspects a flow, for development: its transactions, frames, outbox, receipts, deadlines, tabs and storage, and for
 * each message a sentence that explains its status. English only. It renders into a shadow root of its own; the panel is
 * loaded, and the flow recorded, only while it is open.
 */
export function FlowInspector(props: FlowInspectorProps): ReactElement {
  const { flow, defaultOpen = false, placement = 'bottom', colorScheme, limit = 1_000, recording } = props;
  const host = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [root, setRoot] = useState<ShadowRoot>();
  const [isOpen, setOpen] = useState(defaultOpen);
  // A panel that the user opens gets the focus; one that is open at first leaves the focus where it is.
  const [wasOpened, setOpened] = useState(false);
  const [Panel, problem] = usePanel(isOpen);

  useEffect(() => {
    if (host.current === null) return undefined;
    const shadow = shadowRootOf(host.current);
    setRoot(shadow);
    return adoptStyles(shadow, STYLES);
  }, []);

  function close(): void {
    setOpen(false);
    button.current?.focus();
  }

  const content = (
    <>
      <button
        ref={button}
        type="button"
        className="toggle"
        data-placement={placement}
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
          setOpened(true);
        }}
      >
        {isOpen ? 'Close inspector' : 'Inspect flow'}
      </button>
      {isOpen && problem !== undefined && <p role="alert">{problem}</p>}
      {isOpen && Panel !== undefined && root !== undefined && (
        <PanelBoundary>
          <Panel
            flow={flow}
            placement={placement}
            limit={limit}
            recording={recording}
            root={root}
            takesFocus={wasOpened}
            onClose={close}
          />
        </PanelBoundary>
      )}
    </>
  );
  return (
    <div
      ref={host}
      className="imflow-inspector"
      data-color-scheme={colorScheme}
      data-open={isOpen && root !== undefined ? placement : undefined}
    >
      {root && createPortal(content, root)}
    </div>
  );
}

type LoadedPanel = readonly [panel: ComponentType<InspectorPanelProps> | undefined, problem: string | undefined];

/** Loads the panel when it is first opened, never on a server. */
function usePanel(isOpen: boolean): LoadedPanel {
  const [loaded, setLoaded] = useState<LoadedPanel>([undefined, undefined]);
  useEffect(() => {
    if (!isOpen) return undefined;
    let isCurrent = true;
    import('./panel/InspectorPanel.tsx').then(
      ({ InspectorPanel }) => isCurrent && setLoaded([InspectorPanel, undefined]),
      () => isCurrent && setLoaded([undefined, 'The inspector could not be loaded: close and open it to try again.']),
    );
    return () => {
      isCurrent = false;
    };
  }, [isOpen]);
  return loaded;
}

// Style rules of the page for the host element would override those of the shadow root, if these were not important.
const STYLES = `
:host {
  all: initial !important; color-scheme: inherit !important; font: 13px/1.45 system-ui, sans-serif !important;
  --height: min(50vh, 440px);
}
:host([data-color-scheme='light']) { color-scheme: light !important; }
:host([data-color-scheme='dark']) { color-scheme: dark !important; }
:host([data-open='bottom']) { display: block !important; flex: none !important; block-size: var(--height) !important; }
.toggle {
  font: inherit; min-block-size: 28px; padding: 2px 10px; border: 1px solid; border-radius: 6px;
  color: light-dark(#1b2430, #e6ebf2); background: light-dark(#fff, #1b222c); cursor: pointer;
}
.toggle[data-placement='bottom'] { position: fixed; z-index: 2147483001; inset-block-start: 40%; inset-inline-end: 0; }
.toggle[data-placement='bottom'][aria-expanded='true'] { inset-block: auto 8px; inset-inline-end: 8px; }
:focus-visible { outline: 2px solid light-dark(#0b63ce, #7ab7ff); outline-offset: 1px; }
`;
