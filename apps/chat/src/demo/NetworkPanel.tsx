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

/** The network between the two phones, and the controls for its faults. */
export function NetworkPanel({ demo, links, onStartOver }: NetworkPanelProps): ReactElement {
  const { language } = useChoices();
  const translations = language.app.network;
  return (
    <section className="panel" aria-labelledby="network-title">
      <h2 id="network-title">{translations.title}</h2>
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
          {translations.repair}
        </button>
        <button type="button" className="button" onClick={onStartOver}>
          {translations.startOver}
        </button>
      </div>
      <details className="explanations">
        <summary>{translations.about}</summary>
        <dl>
          <Explanation term={translations.connected}>{translations.aboutConnected}</Explanation>
          <Explanation term={translations.delay}>{translations.aboutDelay}</Explanation>
          <Explanation term={translations.loss}>
            {translations.aboutLoss((SEND_TIMEOUT / 1_000).toLocaleString(language.tag))}
          </Explanation>
        </dl>
      </details>
      <div className="panel-tabs">
        <p>{translations.several}</p>
        <a className="button" href="/conversations">
          {translations.openSeveral}
        </a>
      </div>
      <div className="panel-tabs">
        <p>{translations.tabs}</p>
        {demo.sides.map(({ me, remote }) => (
          <a key={me.address} className="button" href={conversationLink(me, remote)} target="_blank" rel="noopener">
            {translations.open(me.name)}
            <Icon name="newTab" />
          </a>
        ))}
      </div>
      <div className="panel-tabs">
        <p>{translations.server}</p>
        <a className="button" href="/server">
          {language.app.server.title}
        </a>
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
