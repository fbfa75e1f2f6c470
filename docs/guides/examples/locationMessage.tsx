import type { Transport } from '@imflow/core';
import { FlowProvider, type MessageRecord, useFlow } from '@imflow/react';
import { Chat, ChatHeader } from '@imflow/ui';
import '@imflow/ui/styles.css';
import type { ReactElement } from 'react';

const GEO = 'application/geo+json';

// #region renderer
/** The body may contain any input: validate it before use. */
function parsePoint(body: string): readonly [longitude: number, latitude: number] | undefined {
  try {
    const { type, coordinates } = JSON.parse(body) as { type?: unknown; coordinates?: unknown };
    const [longitude, latitude] = Array.isArray(coordinates) ? (coordinates as unknown[]) : [];
    if (type !== 'Point' || typeof longitude !== 'number' || typeof latitude !== 'number') return undefined;
    return [longitude, latitude];
  } catch {
    return undefined;
  }
}

function LocationMessage({ message }: { message: MessageRecord }): ReactElement {
  const point = parsePoint(message.body);
  if (!point) return <em>A place that cannot be read.</em>;
  const [longitude, latitude] = point;
  return (
    <a href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}`} target="_blank" rel="noreferrer">
      📍 {latitude.toFixed(3)}, {longitude.toFixed(3)}
    </a>
  );
}
// #endregion

// #region send
function ShareLocation(): ReactElement {
  const flow = useFlow();
  const share = (): void => {
    const point = { type: 'Point', coordinates: [11.576, 48.137] };
    flow.sendMessage(JSON.stringify(point), { contentType: GEO });
  };
  return (
    <button type="button" onClick={share}>
      Share where I am
    </button>
  );
}
// #endregion

// #region chat
const template = { supportedFormats: ['text/plain', 'text/html', GEO] };
const renderers = { [GEO]: LocationMessage };

export function PlacesChat({ transport }: { transport: Transport }): ReactElement {
  return (
    <FlowProvider transport={transport} remote="bo" template={template}>
      <Chat
        renderers={renderers}
        header={
          <>
            <ChatHeader />
            <ShareLocation />
          </>
        }
      />
    </FlowProvider>
  );
}
// #endregion
