import type { ReactElement, ReactNode } from 'react';
import { useChoices } from '../settings/SettingsProvider.tsx';
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
  const { language } = useChoices();
  const words = language.app.network;
  return (
    <section className="panel" aria-labelledby="network-title">
      <h2 id="network-title">{words.title}</h2>
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
          {words.repair}
        </button>
        <button type="button" className="button" onClick={onStartOver}>
          {words.startOver}
        </button>
      </div>
      <details className="explanations">
        <summary>{words.about}</summary>
        <dl>
          <Explanation term={words.connected}>{words.aboutConnected}</Explanation>
          <Explanation term={words.delay}>{words.aboutDelay}</Explanation>
          <Explanation term={words.loss}>
            {words.aboutLoss((SEND_TIMEOUT / 1_000).toLocaleString(language.tag))}
          </Explanation>
        </dl>
      </details>
      <div className="panel-tabs">
        <p>{words.several}</p>
        <a className="button" href="/conversations">
          {words.openSeveral}
        </a>
      </div>
      <div className="panel-tabs">
        <p>{words.tabs}</p>
        {demo.sides.map(({ me, remote }) => (
          <a key={me.address} className="button" href={conversationLink(me, remote)} target="_blank" rel="noopener">
            {words.open(me.name)}
            <Icon name="newTab" />
          </a>
        ))}
      </div>
      <div className="panel-tabs">
        <p>{words.server}</p>
        <a className="button" href="/connect">
          {language.app.connect.title}
        </a>
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
