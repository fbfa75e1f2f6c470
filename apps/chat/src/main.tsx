import '@imflow/ui/styles.css';
import '@imflow/ui/conversation-list.css';
import '@imflow/ui/files.css';
import '@imflow/ui/themes/ink.css';
import '@imflow/ui/themes/meadow.css';
import './base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { ErrorBoundary } from './problem/ErrorBoundary.tsx';
import { keepPage } from './keepPage.ts';
import { parseRoute } from './route/parseRoute.ts';
import { ENGLISH, loadLanguage } from './settings/languages.ts';
import { SettingsProvider } from './settings/SettingsProvider.tsx';
import { readSettings } from './settings/storedSettings.ts';
import { applyTheme } from './settings/applyTheme.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root".');

// Before the first render, so that the colours and the text direction do not change visibly.
const settings = readSettings();
applyTheme(settings, ENGLISH);
const language = await loadLanguage(settings.language).catch(() => ENGLISH);
applyTheme(settings, language);

keepPage(window);
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <SettingsProvider first={{ settings, language }}>
        <ErrorBoundary>
          <App route={parseRoute(location.search, location.pathname)} />
        </ErrorBoundary>
      </SettingsProvider>
    </ErrorBoundary>
  </StrictMode>,
);
