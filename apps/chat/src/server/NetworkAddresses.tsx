/** The addresses of this page for other devices in the local network. */

import { type ReactElement, useEffect, useState } from 'react';
import { useWords } from '../settings/SettingsProvider.tsx';

/** Shows the addresses at which a phone in the same network finds this page, and a QR code of the first one. */
export function NetworkAddresses({ addresses }: { addresses: readonly string[] }): ReactElement | null {
  const translations = useWords().server;
  const pages = addresses.map((address) => new URL('server', address).href);
  const [first] = pages;
  if (first === undefined) return null;
  return (
    <section className="network-addresses">
      <p>{translations.addresses}</p>
      {pages.map((page) => (
        <a key={page} href={page} dir="ltr">
          {page}
        </a>
      ))}
      <QrCode text={first} label={translations.qrCode(first)} />
    </section>
  );
}

/** The light border that QR code readers need, in modules. */
const BORDER = 2;

function QrCode({ text, label }: { text: string; label: string }): ReactElement | null {
  const [modules, setModules] = useState<readonly (readonly boolean[])[]>();

  useEffect(() => {
    let isCurrent = true;
    // Loaded on demand, since most visitors need no QR code.
    import('uqr').then(
      ({ encode }) => isCurrent && setModules(encode(text, { border: BORDER }).data),
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [text]);

  if (modules === undefined) return null;
  const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${modules.length} ${modules.length}`} shapeRendering="crispEdges">
      <path d={path} fill="currentColor" />
    </svg>
  );
}
