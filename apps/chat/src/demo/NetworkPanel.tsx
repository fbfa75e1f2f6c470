import type { ReactElement, ReactNode } from 'react';
import { Icon } from '../Icon.tsx';
import { conversationLink } from '../route/conversationLink.ts';
import { type Demo, SEND_TIMEOUT } from './demo.ts';
import { LinkControls } from './LinkControls.tsx';
import type { Links } from './useLinks.ts';

interface NetworkPanelProps {
  readonly demo: Demo;
  readonly links: Links;
  readonly onStartOver: () => void;
}

/** What lies between the two phones, and the means to spoil it. */
export function NetworkPanel({ demo, links, onStartOver }: NetworkPanelProps): ReactElement {
  return (
    <section className="panel" aria-labelledby="network-title">
      <h2 id="network-title">The network between them</h2>
      <div className="links">
        {demo.sides.map(({ me }) => (
          <LinkControls
            key={me.address}
            name={me.name}
            link={links.of(me.address)}
            lost={links.lost(me.address)}
            onChange={(change) => links.change(me.address, change)}
          />
        ))}
      </div>
      <div className="panel-actions">
        <button type="button" className="button" disabled={links.perfect} onClick={links.reset}>
          Repair
        </button>
        <button type="button" className="button" onClick={onStartOver}>
          Start over
        </button>
      </div>
      <dl className="explanations">
        <Explanation term="Connected">
          Without a connection, what you write waits, and leaves by itself when the connection is back.
        </Explanation>
        <Explanation term="Delay">How long everything takes on this person’s side, each way.</Explanation>
        <Explanation term="Loss">
          How much vanishes: messages, typing and ticks alike. Without an answer for {SEND_TIMEOUT / 1_000} seconds a
          message turns to “Not sent”. Sent again, it never shows twice.
        </Explanation>
      </dl>
      <div className="panel-tabs">
        <p>Or give each of them a tab of their own, where messages outlive a reload:</p>
        {demo.sides.map(({ me, remote }) => (
          <a key={me.address} className="button" href={conversationLink(me, remote)} target="_blank" rel="noopener">
            Open {me.name}
            <Icon name="newTab" />
          </a>
        ))}
      </div>
    </section>
  );
}

function Explanation({ term, children }: { term: string; children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
