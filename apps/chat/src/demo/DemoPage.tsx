import './demo.css';
import { type ReactElement, useState } from 'react';
import { SettingsMenu } from '../settings/SettingsMenu.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';
import { createDemo } from './demo.ts';
import { NetworkPanel } from './NetworkPanel.tsx';
import { Phone } from './Phone.tsx';
import { useLinks } from './useLinks.ts';
import { ViewSwitch } from './ViewSwitch.tsx';

/** The demo page: two phones side by side, and the network between them. */
export function DemoPage(): ReactElement {
  const [round, setRound] = useState(0);
  const translations = useWords();
  return (
    <div className="demo">
      <header className="top">
        <h1>imflow</h1>
        <p>{translations.tagline}</p>
        <SettingsMenu />
      </header>
      <Table key={round} onStartOver={() => setRound(round + 1)} />
    </div>
  );
}

function Table({ onStartOver }: { onStartOver: () => void }): ReactElement {
  const [demo] = useState(createDemo);
  const [view, setView] = useState('ana');
  const translations = useWords();
  const links = useLinks(demo);
  return (
    <>
      <ViewSwitch sides={demo.sides} view={view} onChange={setView} />
      <main className="table">
        {demo.sides.map((side) => (
          <div key={side.me.address} className="place" data-shown={view === side.me.address}>
            <h2>{translations.phoneOf(side.me.name)}</h2>
            <Phone side={side} />
          </div>
        ))}
        <div className="place" data-shown={view === 'network'}>
          <NetworkPanel demo={demo} links={links} onStartOver={onStartOver} />
        </div>
      </main>
    </>
  );
}
