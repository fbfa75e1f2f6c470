import type { InstantMessagingFlow } from '@imflow/core';
import { recordTrace, type TraceRecording } from '@imflow/testing';
import { lazy, type ReactElement, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { addons } from 'storybook/preview-api';
import { getShownFlows, onShownFlows } from '../../packages/ui/fixtures/shownFlows.ts';
import { PLACE_CHANGED, PLACE_ELEMENT_ID } from './place.ts';

const FlowInspector = lazy(async () => ({ default: (await import('@imflow/devtools')).FlowInspector }));

/**
 * The inspector of the flows of a story, in Storybook's panel. The document of the story renders it there, since a flow
 * and its recording cannot be sent over Storybook's channel. While the panel is closed it renders and records nothing.
 */
export function StoryInspector(): ReactElement | null {
  const place = useSyncExternalStore(subscribeToPlace, findPlace);
  return place && createPortal(<Inspector place={place} />, place);
}

function subscribeToPlace(listener: () => void): () => void {
  const channel = addons.getChannel();
  channel.on(PLACE_CHANGED, listener);
  return () => channel.off(PLACE_CHANGED, listener);
}

/** Null while the panel is closed, and where a story stands alone or in a document of another origin. */
function findPlace(): HTMLElement | null {
  try {
    return window.parent.document.querySelector<HTMLElement>(`#${PLACE_ELEMENT_ID}`);
  } catch {
    return null;
  }
}

function Inspector({ place }: { readonly place: HTMLElement }): ReactElement {
  const recordings = useRecordings();
  const [chosen, setChosen] = useState(0);
  const [flow, recording] = recordings[chosen] ?? recordings[0] ?? [];

  // React does not clean up when the document of the story is unloaded.
  useEffect(() => {
    const clear = (): void => place.replaceChildren();
    window.addEventListener('pagehide', clear);
    return () => window.removeEventListener('pagehide', clear);
  }, [place]);

  if (flow === undefined || recording === undefined) return <p>This story has no flow.</p>;
  return (
    <Suspense>
      {recordings.length > 1 && (
        <select
          aria-label="Flow"
          value={recordings[chosen] ? chosen : 0}
          onChange={({ target }) => setChosen(Number(target.value))}
        >
          {recordings.map(([{ localAddress, remote }], index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the value of the choice
            <option key={index} value={index}>
              {localAddress} → {remote}
            </option>
          ))}
        </select>
      )}
      <FlowInspector
        key={recordings.findIndex(([each]) => each === flow)}
        flow={flow}
        recording={recording}
        placement="inline"
        colorScheme="light"
        defaultOpen
      />
    </Suspense>
  );
}

type Recordings = readonly (readonly [flow: InstantMessagingFlow, recording: TraceRecording])[];

/** The flows of the visible story. The recording of each begins when the flow is shown, or when the panel opens. */
function useRecordings(): Recordings {
  const [recordings, setRecordings] = useState<Recordings>([]);
  useEffect(() => {
    const known = new Map<InstantMessagingFlow, TraceRecording>();
    const update = (): void => {
      const flows = getShownFlows();
      for (const flow of flows) if (!known.has(flow)) known.set(flow, recordTrace(flow));
      setRecordings(Array.from(known).filter(([flow]) => flows.includes(flow)));
    };
    update();
    const leave = onShownFlows(update);
    return () => {
      leave();
      for (const recording of known.values()) recording.stop();
    };
  }, []);
  return recordings;
}
