import { createIndexedDbStorage } from '@imflow/core/storage';
import { createInstantMessagingFlow } from '@imflow/core';
import { createFakeTransport, createVirtualClock } from '@imflow/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cutOff, sticksOut } from '../../fixtures/layout.ts';
import { render } from 'vitest-browser-react';
import { nextFrames } from '../../fixtures/render.tsx';
import { Chat, ChatSettings, defaultTranslations } from '../index.ts';
import { ar } from '../translations/ar.ts';
import { de } from '../translations/de.ts';
import { ja } from '../translations/ja.ts';
import '../styles.css';

/** Another page, of a newer version, upgrades the database. */
async function upgrade(name: string): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 99);
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('The database was not opened.')));
  });
  onTestFinished(() => {
    database.close();
    indexedDB.deleteDatabase(name);
  });
}

it.each(Object.entries({ English: defaultTranslations, German: de, Japanese: ja, Arabic: ar }))(
  'B300 the banner says in %s that the page has to be loaded again, once another page has upgraded the database',
  async (_, translations) => {
    const name = `imflow-outdated-${crypto.randomUUID()}`;
    const transport = createFakeTransport();
    const storage = createIndexedDbStorage({ name });
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock: createVirtualClock(), storage });
    flow.start();
    onTestFinished(() => flow.terminate());
    const { container } = await render(
      <div style={{ inlineSize: 320, blockSize: 420 }}>
        <ChatSettings translations={translations}>
          <Chat flow={flow} />
        </ChatSettings>
      </div>,
    );
    await vi.waitFor(() => expect(flow.store.getState().history.ready).toBe(true));
    const said: string[] = [];
    const observer = new MutationObserver((changes) =>
      said.push(...changes.map(({ target }) => target.textContent ?? '')),
    );
    for (const region of container.querySelectorAll('[aria-live="assertive"]'))
      observer.observe(region, { childList: true, characterData: true, subtree: true });
    onTestFinished(() => observer.disconnect());
    const banner = container.querySelector('.imflow-banner');
    expect(banner?.textContent).toBe('');
    await upgrade(name);
    await expect.element(page.elementLocator(banner ?? container)).toHaveTextContent(translations.outdated);
    await vi.waitFor(() => expect(said).toContain(translations.outdated));
    await nextFrames(4);
    expect({ out: sticksOut(container), cut: cutOff(container) }).toEqual({ out: [], cut: [] });

    // It replaces the text about the connection, and the composer does not say that messages will be sent later.
    transport.setStatus({ state: 'offline' });
    await expect.element(page.elementLocator(container)).not.toHaveTextContent(translations.sentLater);
    await vi.waitFor(() =>
      expect(container.querySelector('.imflow-composer')?.textContent).toContain(translations.outdated),
    );
    expect(banner?.getAttribute('data-connection')).toBe('outdated');
  },
);
