import type { ReactElement } from 'react';
import { ConnectPage } from './connect/ConnectPage.tsx';
import { ConversationPage } from './conversation/ConversationPage.tsx';
import { ConversationsPage } from './conversations/ConversationsPage.tsx';
import { DemoPage } from './demo/DemoPage.tsx';
import { ProblemPage } from './problem/ProblemPage.tsx';
import { ServerPage } from './server/ServerPage.tsx';
import type { Route } from './route/parseRoute.ts';

/** Renders the page for the address of the browser. */
export function App({ route }: { route: Route }): ReactElement {
  switch (route.page) {
    case 'demo':
      return <DemoPage />;
    case 'conversation':
      return <ConversationPage me={route.me} remote={route.remote} />;
    case 'conversations':
      return <ConversationsPage />;
    case 'connect':
      return <ConnectPage fields={route.fields} />;
    case 'server':
      return <ServerPage name={route.name} remote={route.remote} />;
    case 'problem':
      return <ProblemPage problem={route.problem} />;
  }
}
