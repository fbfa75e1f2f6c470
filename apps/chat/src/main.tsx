import '@imflow/ui/styles.css';
import './base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { ErrorBoundary } from './problem/ErrorBoundary.tsx';
import { parseRoute } from './route/parseRoute.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root".');

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <App route={parseRoute(location.search, location.pathname)} />
    </ErrorBoundary>
  </StrictMode>,
);
